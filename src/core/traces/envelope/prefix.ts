import { isBlank, isDigit, isLetter, skipBlanks, skipWhile } from '../character.ts';

/** What stands in front of a kernel message and says nothing of it. */
export interface Prefix {
  /** Where the message starts; its own leading blanks are part of it. */
  readonly end: number;
  /** A clock or a log daemon's stamp was among what was peeled. */
  readonly stamped: boolean;
  /** `T123` or `C1` from CONFIG_PRINTK_CALLER. */
  readonly caller?: string;
  /** printk's own clock as printed, `12.345678`. */
  readonly clock?: string;
  /** The message before this one was printed in part and is repeated whole here. */
  readonly replays?: boolean;
}

/** Peels quote marks, line numbers, clocks, hosts and levels, in any order and repeated (a quoted, logged console has all of them). */
export function peelPrefixes(text: string): Prefix {
  // One object for all rounds: this is done for every line of a log.
  const prefix: Draft = { end: 0, stamped: false };
  for (let round = 0; round < 16; round++) if (!peelOne(text, prefix)) break;
  return prefix;
}

type Draft = { -readonly [Key in keyof Prefix]: Prefix[Key] };

/** Whether there was something to peel. */
function peelOne(text: string, prefix: Draft): boolean {
  const at = skipBlanks(text, prefix.end);
  const code = text.charCodeAt(at);
  if (code === 91 /* [ */) return peelBracket(text, at, prefix);
  if (code === 62 /* > */) return peeled(prefix, afterBlank(text, at + 1));
  if (code === 60 /* < */) return stamped(prefix, priorityAt(text, at));
  if (code === 42 /* * */) {
    const end = consoleNoteAt(text, at);
    if (end !== undefined && text.startsWith('** replaying', at)) prefix.replays = true;
    return peeled(prefix, end);
  }
  if (isDigit(code)) {
    const numbered = lineNumberAt(text, at);
    if (numbered !== undefined) return peeled(prefix, numbered);
    return stamped(prefix, kmsgAt(text, at) ?? isoStampAt(text, at));
  }
  return isLetter(code) && stamped(prefix, syslogAt(text, at) ?? levelAt(text, at) ?? loginAt(text, at));
}

function peeled(prefix: Draft, end: number | undefined): boolean {
  if (end === undefined) return false;
  prefix.end = end;
  return true;
}

function stamped(prefix: Draft, end: number | undefined): boolean {
  if (end !== undefined) prefix.stamped = true;
  return peeled(prefix, end);
}

function peelBracket(text: string, at: number, prefix: Draft): boolean {
  const clock = printkClockAt(text, at);
  if (clock !== undefined) {
    prefix.clock = clock.text;
    return stamped(prefix, afterBlank(text, clock.end));
  }
  const caller = callerAt(text, at);
  if (caller === undefined) return stamped(prefix, clockAt(text, at));
  prefix.caller = caller.name;
  return stamped(prefix, afterBlank(text, caller.end));
}

/** `[   12.345678]`: where it ends and what it says. */
export function printkClockAt(text: string, at: number): { readonly text: string; readonly end: number } | undefined {
  const start = skipBlanks(text, at + 1);
  const point = skipWhile(text, start, isDigit, 12);
  const end = skipWhile(text, point + 1, isDigit, 7);
  return point > start && text[point] === '.' && end === point + 7 && text[end] === ']'
    ? { text: text.slice(start, end), end: end + 1 }
    : undefined;
}

const afterBlank = (text: string, at: number): number => (isBlank(text.charCodeAt(at)) ? at + 1 : at);

/** `[    T1]`, `[  C0]`, also behind a clock. */
function callerAt(text: string, at: number): { readonly name: string; readonly end: number } | undefined {
  const start = skipBlanks(text, at + 1);
  if (text[start] !== 'T' && text[start] !== 'C') return undefined;
  const end = skipWhile(text, start + 1, isDigit, 10);
  return end > start + 1 && text[end] === ']' ? { name: text.slice(start, end), end: end + 1 } : undefined;
}

/** `[   12.345678]`, `[12.3@0]`, `[22:22:59:917]`, `[2026-11-21T08:52:01]` and `dmesg -T`'s `[Sat Nov 21 08:52:01 2026]`. */
function clockAt(text: string, at: number): number | undefined {
  let start = skipBlanks(text, at + 1);
  if (isWeekday(text, start)) start = skipBlanks(text, start + 3);
  const month = isMonth(text, start);
  if (month) start = skipBlanks(text, start + 3);
  const end = skipWhile(text, start, isClockCharacter, 40);
  if (text[end] !== ']' || !isDigit(text.charCodeAt(start))) return undefined;
  const clock = text.slice(start, end);
  return clock.includes('.') || clock.includes(':') ? afterBlank(text, end + 1) : undefined;
}

const isClockCharacter = (code: number): boolean =>
  isDigit(code) || isBlank(code) || '.:@-+,TZ'.includes(String.fromCharCode(code));

/** The console's `<4>`. */
function priorityAt(text: string, at: number): number | undefined {
  const end = skipWhile(text, at + 1, isDigit, 3);
  return end > at + 1 && text[end] === '>' ? end + 1 : undefined;
}

/** `** 12 printk messages dropped ** ` and `** replaying previous printk message ** `. */
function consoleNoteAt(text: string, at: number): number | undefined {
  if (!text.startsWith('** ', at)) return undefined;
  const words = text.slice(at, at + 80);
  const end = words.indexOf(' **', 3);
  return end > 0 && words.includes('printk message') ? afterBlank(text, at + end + 3) : undefined;
}

/** A console's `node7 login: [   12.345678] `. */
function loginAt(text: string, at: number): number | undefined {
  const login = text.slice(at, at + 80).indexOf('login: [');
  return login < 0 ? undefined : at + login + 7;
}

/** `cat -n`: blanks, a number, a tab. */
function lineNumberAt(text: string, at: number): number | undefined {
  const end = skipWhile(text, at, isDigit, 7);
  return text[end] === '\t' ? end + 1 : undefined;
}

/** A record of /dev/kmsg: `4,1047,37673966,-;`. */
function kmsgAt(text: string, at: number): number | undefined {
  let end = at;
  for (let field = 0; field < 3; field++) {
    const comma = skipWhile(text, end, isDigit, 20);
    if (comma === end || text[comma] !== ',') return undefined;
    end = comma + 1;
  }
  const semicolon = text.slice(end, end + 40).indexOf(';');
  return semicolon < 0 ? undefined : end + semicolon + 1;
}

/** `2026-11-21T08:52:01.123456+00:00 host kernel: `, and containers' stamps with nothing behind. */
function isoStampAt(text: string, at: number): number | undefined {
  const end = skipWhile(text, at, isStampCharacter, 40);
  const stamp = text.slice(at, end);
  if (stamp.length < 19 || stamp[4] !== '-' || stamp[10] !== 'T' || !isBlank(text.charCodeAt(end))) return undefined;
  return afterTag(text, end) ?? end + 1;
}

const isStampCharacter = (code: number): boolean => isDigit(code) || '.:-+,TZ'.includes(String.fromCharCode(code));

/** `Nov 21 08:52:01 host kernel: ` and OpenWrt's `Sat Nov 21 08:52:01 2026 kern.warn kernel: `. */
function syslogAt(text: string, at: number): number | undefined {
  const month = isWeekday(text, at) ? skipBlanks(text, at + 3) : at;
  if (!isMonth(text, month)) return undefined;
  const day = skipBlanks(text, month + 3);
  const time = skipBlanks(text, skipWhile(text, day, isDigit, 2));
  const end = skipWhile(text, time, isStampCharacter, 20);
  if (time === day || text[time + 2] !== ':' || text[time + 5] !== ':') return undefined;
  return afterTag(text, end);
}

/** Behind host and program: `kernel: ` wherever it stands near, else the first word that ends in a colon. */
function afterTag(text: string, at: number): number | undefined {
  const head = text.slice(at, at + 160);
  const kernel = head.indexOf(' kernel: ');
  const end = kernel >= 0 ? kernel + 9 : head.indexOf(']: ') >= 0 ? head.indexOf(']: ') + 3 : -1;
  return end < 0 ? undefined : at + end;
}

/** `dmesg -x`: `kern  :warn  : `. */
function levelAt(text: string, at: number): number | undefined {
  if (!text.startsWith('kern', at)) return undefined;
  const colon = skipBlanks(text, at + 4);
  if (text[colon] !== ':') return undefined;
  const level = skipWhile(text, colon + 1, isLetter, 8);
  const end = skipBlanks(text, level);
  return level > colon + 1 && text[end] === ':' ? afterBlank(text, end + 1) : undefined;
}

const weekdays: ReadonlySet<string> = new Set(['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']);
const months: ReadonlySet<string> = new Set('Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' '));
const isWeekday = (text: string, at: number): boolean =>
  weekdays.has(text.slice(at, at + 3)) && isBlank(text.charCodeAt(at + 3));
const isMonth = (text: string, at: number): boolean =>
  months.has(text.slice(at, at + 3)) && isBlank(text.charCodeAt(at + 3));
