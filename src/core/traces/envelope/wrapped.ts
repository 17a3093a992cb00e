import { isHexDigit, isModuleCharacter, skipBlanks, skipWhile } from '../character.ts';
import { findSymbolToken } from '../symbol-token.ts';
import type { TraceLine } from './trace-lines.ts';

/**
 * Whether a line only goes on with the one before, which a mailer or a narrow terminal broke: a module alone, the
 * symbol of a program counter, the rest of a build-id or of a list of source lines. Clocks start a line of their own.
 */
export function goesOn(before: TraceLine, line: TraceLine): boolean {
  if (line.stamped || before.text.length > longestWrapped || line.text.length > longestWrapped) return false;
  const rest = line.text.trim();
  const head = before.text.trimEnd();
  if (rest === '' || head === '') return false;
  if (rest.startsWith('[')) return isModule(rest) && endsInSymbol(head);
  if (rest.endsWith(']')) return isBuildIdEnd(rest) && head.lastIndexOf('[') > head.lastIndexOf(']');
  if (rest.endsWith(')') && head.lastIndexOf('(') > head.lastIndexOf(')')) return isSourceList(head, rest);
  return wantsSymbol(head) && findSymbolToken(rest)?.start === 0;
}

/** Nothing that was broken at 72 or 132 columns is longer. */
const longestWrapped = 400;

/** `[nf_conntrack]` or `[nf_conntrack 40hex]`. */
function isModule(text: string): boolean {
  const end = skipWhile(text, 1, isModuleCharacter, 64);
  if (end === 1) return false;
  return text.length === end + 1 ? text[end] === ']' : text[end] === ' ' && isBuildIdEnd(text.slice(end + 1));
}

function isBuildIdEnd(text: string): boolean {
  const end = skipWhile(text, 0, isHexDigit, 64);
  return end >= 16 && text[end] === ']' && skipBlanks(text, end + 1) === text.length;
}

/** The line's last word is `name+0x1/0x2`. */
function endsInSymbol(text: string): boolean {
  const token = findSymbolToken(text, text.lastIndexOf(' ') + 1);
  return token?.size !== undefined && token.end === text.length;
}

/** `tcp_v4_rcv (net/ipv4/tcp_ipv4.c:2155` and `net/ipv4/tcp.c:12)`. */
const isSourceList = (head: string, rest: string): boolean =>
  (head.includes('.c:') || head.includes('.h:')) &&
  (rest.includes('.c:') || rest.includes('.h:') || rest.startsWith('('));

/** Words that a symbol has to follow. */
function wantsSymbol(text: string): boolean {
  const line = text.trimStart();
  if (line.startsWith('WARNING: ')) return line.endsWith(' at');
  if (line.startsWith('BUG: ')) return line.endsWith(' in');
  return line === 'RIP:' || line === 'RIP: 0010:' || line === 'EIP:' || line === 'pc :' || line === 'lr :';
}
