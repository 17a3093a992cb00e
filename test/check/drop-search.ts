/**
 * A second way to find drops, resets and reasons, to measure the first by: regular expressions over text without
 * comments and strings, with the names read from the kernel's headers. Nothing here is shared with the program.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

export type Family = 'drop' | 'reset' | 'argument' | 'assignment' | 'return' | 'initialiser' | 'test' | 'macro';

export interface Found {
  readonly family: Family;
  readonly file: string;
  readonly line: number;
  /** The called name, or the reason. */
  readonly name: string;
  /** The name in the nearest head above. */
  readonly function: string;
  /** Whether the text stands in a #define: no function's text until the macro is used. */
  readonly inMacro: boolean;
  readonly text: string;
}

/** The names by which a tree's headers offer to drop a packet. */
export function dropNames(tree: string): ReadonlySet<string> {
  const names = new Set<string>();
  const consumes = new Set<string>();
  for (const header of headers) {
    const file = path.join(tree, header);
    if (!existsSync(file)) continue;
    const text = stripped(readFileSync(file, 'utf8'));
    for (const [, name = ''] of text.matchAll(
      /\b(\w*(?:kfree_skb|skb_reason_drop|qdisc_drop|tcp_drop|\bskb_\w*purge|__skb_\w*purge)\w*)[ \t]*\(/g,
    ))
      if (!name.startsWith('trace_')) names.add(name);
    for (const [, name = ''] of text.matchAll(/#define[ \t]+(\w+)\(\w+\)[ \t]+consume_skb\(/g)) consumes.add(name);
  }
  return new Set([...names].filter((name) => !consumes.has(name) && !silent.has(name) && !notOfPackets.has(name)));
}

const headers = [
  'include/linux/skbuff.h',
  'include/linux/netdevice.h',
  'include/net/sch_generic.h',
  'include/net/tcp.h',
];

/** They free without a word to anyone, as include/linux/skbuff.h and net/core/skbuff.c say. */
const silent: ReadonlySet<string> = new Set([
  '__kfree_skb',
  '__kfree_skb_defer',
  '__kfree_skb_flush',
  '__napi_kfree_skb',
  'kfree_skb_partial',
]);

/** Both take the caller's word for it: SKB_REASON_CONSUMED as well as SKB_REASON_DROPPED. */
const notOfPackets: ReadonlySet<string> = new Set(['__dev_kfree_skb_irq', '__dev_kfree_skb_any']);

/** Everything of interest in one file. */
export function search(file: string, source: string, drops: ReadonlySet<string>): readonly Found[] {
  if (!/free_skb|drop|reset|purge|_REASON_|SKB_DR/.test(source)) return [];
  const text = stripped(source);
  const lines = text.split('\n');
  const found: Found[] = [];
  let head = '';
  let inMacro = false;
  let start = 0;
  lines.forEach((line, index) => {
    inMacro = (inMacro && (lines[index - 1] ?? '').endsWith('\\')) || /^\s*#\s*define\b/.test(line);
    if (/^[A-Za-z_]/.test(line) && line.includes('(') && !/^\w+:/.test(line))
      head =
        /([A-Za-z_]\w*)\s*\(/.exec(
          line.replace(/\b__(?:acquires|releases|must_hold|printf|attribute__)\([^)]*\)\s*/g, ''),
        )?.[1] ?? head;
    const add = (family: Family, name: string): void => {
      found.push({ family, file, line: index + 1, name, function: head, inMacro, text: line.trim() });
    };
    // What starts in the first column is a head or a prototype, unless a body opens before.
    for (const match of line.matchAll(/\b(\w+)\s*\(/g)) {
      const [, name = ''] = match;
      if (/^[A-Za-z_]/.test(line) && !line.slice(0, match.index).includes('{') && !/^\w+:/.test(line)) continue;
      if (
        drops.has(name) &&
        !isWrappedHead(lines, index) &&
        !/\bSKB_CONSUMED\b/.test(statementAt(text, start + match.index))
      )
        add('drop', name);
      if (isReset(name)) add('reset', name);
    }
    for (const match of line.matchAll(/\b(?:SKB_DROP_REASON|SK_RST_REASON)_\w+/g)) {
      const family = familyOf(text, start + match.index, match[0]);
      if (family !== undefined && !/_SUBSYS_|_MAX$|_MASK$/.test(match[0])) add(family, match[0]);
    }
    for (const [, short] of line.matchAll(/\bSKB_DR(?:_SET|_OR)?\s*\([^,()]+,\s*(\w+)\s*\)/g))
      add('assignment', `SKB_DROP_REASON_${short}`);
    start += line.length + 1;
  });
  return found;
}

/** rds_send_reset (net/rds/send.c) rewinds a connection's own state; the others are tracepoints. */
function isReset(name: string): boolean {
  return /(?:^|_)send_(?:active_)?reset6?$/.test(name) && !name.startsWith('trace_') && name !== 'rds_send_reset';
}

/** `static void\n__kfree(...)` wrapped with an indent: the line above ends without a semicolon and starts in column one. */
function isWrappedHead(lines: readonly string[], index: number): boolean {
  return /^(?:static|extern|void|int|bool)\b[^;{}()]*$/.test(lines[index - 1] ?? '');
}

function familyOf(text: string, at: number, name: string): Family | undefined {
  const before = text.slice(beginOf(text, at), at);
  const after = text.slice(at + name.length, at + name.length + 80);
  if (/^\s*case\b[^:]*$/.test(before)) return 'test';
  if (/[=!<>]=\s*$/.test(before) || /[<>]\s*$/.test(before) || /^\s*(?:[=!<>]=|[<>])/.test(after)) return 'test';
  if (
    /^\s*(?:if|while|else if)\b/.test(before) &&
    /^[^;]*\)\s*\{?\s*$/m.test(after) &&
    !/\w\s*\([^()]*$/.test(before.replace(/^\s*(?:if|while)\s*\(/, ''))
  )
    return 'test';
  const open = innermostOpen(before);
  if (
    open !== undefined &&
    /\w\s*$/.test(before.slice(0, open)) &&
    !/\b(?:if|return|while|switch)\s*$/.test(before.slice(0, open))
  )
    return 'argument';
  if (/(?:^|[\s;{}:)])return\b/.test(before)) return 'return';
  if (/\]\s*=\s*$/.test(before) || /^\s*\.\w+\s*=/.test(before)) return 'initialiser';
  if (/[^=!<>]=[^=]/.test(before)) return 'assignment';
  return /^\s*(?:FN|EM|FNe)\b/.test(before) ? 'macro' : undefined;
}

function beginOf(text: string, at: number): number {
  let begin = at;
  while (begin > 0 && !';{}'.includes(text[begin - 1] ?? '')) begin--;
  return begin;
}

function statementAt(text: string, at: number): string {
  const end = text.indexOf(';', at);
  return text.slice(at, end < 0 ? at + 200 : end);
}

/** Where the bracket opens that the end of the text stands in. */
function innermostOpen(text: string): number | undefined {
  let depth = 0;
  for (let at = text.length - 1; at >= 0; at--) {
    if (text[at] === ')') depth++;
    else if (text[at] === '(') {
      if (depth === 0) return at;
      depth--;
    }
  }
  return undefined;
}

/** The text with comments, strings and characters blanked, line by line the same. */
export function stripped(text: string): string {
  return text.replace(/\/\*[^]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'/g, (part) =>
    part.replace(/[^\n]/g, ' '),
  );
}
