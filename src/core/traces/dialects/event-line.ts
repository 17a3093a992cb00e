import { isDigit, isLetter, isSymbolCharacter, skipBlanks, skipWhile } from '../character.ts';
import { findSymbolToken } from '../symbol-token.ts';
import { addressAt } from './frame-number.ts';
import type { DropReading, FrameReading } from './dialect.ts';
import { symbolOf } from './symbol-of.ts';

/** One event as ftrace, trace-cmd and perf script print it: a task, a processor, a time, the event and its fields. */
export interface EventLine {
  readonly tool: 'ftrace' | 'perf';
  /** `skb:kfree_skb` from perf, `kfree_skb` from ftrace. */
  readonly event: string;
  /** Where the fields start. */
  readonly fields: number;
}

/**
 * `tcpt-123   [000] ..s1.   6.607300: kfree_skb: ...` (ftrace), `tcpt   158 [000]  24.380836: skb:kfree_skb: ...` (perf).
 * The task's name may hold anything but is followed by its number.
 */
export function eventLine(text: string): EventLine | undefined {
  const cpu = cpuAt(text);
  if (cpu === undefined) return undefined;
  const clock = clockBehind(text, cpu.end);
  if (clock === undefined) return undefined;
  const start = skipPeriod(text, skipBlanks(text, clock));
  const end = skipWhile(text, start, isEventCharacter, 200);
  const event = text.slice(start, end);
  if (event.length > 1 && event.endsWith(':'))
    return { tool: cpu.tool, event: event.slice(0, -1), fields: skipBlanks(text, end) };
  return text.startsWith('<stack trace', start) ? stackOf(cpu.tool, start) : undefined;
}

const stackOf = (tool: EventLine['tool'], fields: number): EventLine => ({ tool, event: 'kernel_stack', fields });

/** ` [001] ` and who stands before it: ftrace joins name and number with a dash. */
function cpuAt(text: string): { readonly tool: EventLine['tool']; readonly end: number } | undefined {
  for (let open = text.indexOf(' ['); open > 0 && open < 80; open = text.indexOf(' [', open + 1)) {
    const end = skipWhile(text, open + 2, isDigit, 4);
    if (end < open + 5 || text[end] !== ']') continue;
    const head = text.slice(0, open).trimEnd();
    // ftrace's record-tgid option puts `(  712)` there.
    const task = head.endsWith(')') ? head.slice(0, head.lastIndexOf('(')).trimEnd() : head;
    const digits = skipBack(task);
    if (digits === task.length || digits === 0) continue;
    const before = task[digits - 1];
    if (before === '-') return { tool: 'ftrace', end: end + 1 };
    if (before === ' ' || before === '/') return { tool: 'perf', end: end + 1 };
  }
  return undefined;
}

function skipBack(text: string): number {
  let index = text.length;
  while (index > 0 && isDigit(text.charCodeAt(index - 1))) index--;
  return index;
}

/** Behind `..s1.     6.607300:` or `  24.380836:`. */
function clockBehind(text: string, at: number): number | undefined {
  let start = skipBlanks(text, at);
  for (let word = 0; word < 3; word++) {
    const end = skipWhile(text, start, (code) => code !== 32 && code !== 9, 40);
    if (text[end - 1] === ':' && isDigit(text.charCodeAt(start)) && text.slice(start, end).includes('.')) return end;
    start = skipBlanks(text, end);
  }
  return undefined;
}

/** perf's sample period, `250000 cycles:`. */
function skipPeriod(text: string, at: number): number {
  const end = skipWhile(text, at, isDigit, 20);
  return end > at && text[end] === ' ' ? skipBlanks(text, end) : at;
}

const isEventCharacter = (code: number): boolean =>
  isSymbolCharacter(code) || isLetter(code) || '-:/'.includes(String.fromCharCode(code));

/** What a packet's end among the events says: kfree_skb's `location=... reason: ...`, tcp_send_reset's `reason=...`. */
export function packetEnd(text: string): { readonly drop: DropReading; readonly frame?: FrameReading } | undefined {
  const drop = eventAt(text, 'kfree_skb: ');
  if (drop !== undefined && text.includes('location=', drop)) return dropped(text, text.indexOf('location=', drop) + 9);
  const reset = eventAt(text, 'tcp_send_reset: ');
  return reset === undefined ? undefined : { drop: { kind: 'reset', ...reasonAt(text, 'reason=', reset) } };
}

/** The event's own name, not the end of a longer one: consume_skb is no drop, trace_event_raw_event_kfree_skb a function. */
function eventAt(text: string, event: string): number | undefined {
  const at = text.indexOf(event);
  return at < 0 || (at > 0 && isSymbolCharacter(text.charCodeAt(at - 1))) ? undefined : at;
}

function dropped(text: string, at: number): { readonly drop: DropReading; readonly frame?: FrameReading } {
  const reason = reasonAt(text, 'reason: ', at);
  const token = findSymbolToken(text, at);
  if (token?.start === at) {
    const { name, offset } = token;
    const frame: FrameReading = { ...symbolOf(token), reliable: true, role: 'call' };
    return { drop: { name, offset, ...reason }, frame };
  }
  const address = addressAt(text, at)?.address;
  return { drop: { ...(address === undefined ? {} : { address }), ...reason } };
}

/** A reason by its name, with or without the enum's prefix, or by its number. */
export function reasonAt(text: string, label: string, from: number): DropReading {
  const at = text.indexOf(label, from);
  if (at < 0) return {};
  const start = skipBlanks(text, at + label.length);
  return reasonWord(text.slice(start, skipWhile(text, start, isSymbolCharacter, 80)));
}

/** `NO_SOCKET`, `SKB_DROP_REASON_NO_SOCKET`, `3`; nothing of a word that is neither. */
export function reasonWord(word: string): DropReading {
  if (word === '') return {};
  if (isDigit(word.charCodeAt(0))) return Number.isSafeInteger(Number(word)) ? { reasonNumber: Number(word) } : {};
  return { reason: word };
}
