/**
 * Which reasons a packet can be lost with, found by running a function's steps in every way, one value at a time.
 * Nothing here is shared with the program; of its answer only the places are used: where paths begin and where the
 * packet is lost.
 */
import { afterWords, endOf, none, where } from './reason-effects.ts';
import { type Step, stepsOf, type Word } from './reason-steps.ts';

/** Where a path begins, as the program tells it. */
export interface Entry {
  readonly line: number;
  readonly kind: 'goto' | 'fallthrough' | 'straight';
  readonly text?: string;
}

/** Where a packet is lost, as the program tells it. */
export interface Place {
  readonly line: number;
  /** `count`: the reason is the one that holds where the statements around it end. */
  readonly kind: string;
  /** The called name; absent for a return, and for a word that is left for the caller. */
  readonly callee?: string;
}

/**
 * By entry the reasons with which a packet may be lost at a place.
 *
 * @param lines of the file, without comments and strings
 */
export function reasonsAt(
  lines: readonly string[],
  entries: readonly Entry[],
  place: Place,
): readonly ReadonlySet<string>[] {
  const body = bodyAround(lines, place.line);
  const found = entries.map(() => new Set<string>());
  for (const half of ['first', 'last'] as const) {
    const steps = stepsOf(lines.slice(body.first - 1, body.last), body.first, half);
    reasonsInReading(steps, entries, place).forEach((values, at) => {
      for (const value of values) found[at]?.add(value);
    });
  }
  return found.map(told);
}

/** Nothing assigned is not told, and where there is no reason so far nothing is. */
function told(values: ReadonlySet<string>): ReadonlySet<string> {
  const known = [...values].filter((value) => value !== '');
  return new Set(known.length === 1 && known[0] === none ? [] : known);
}

function reasonsInReading(
  steps: readonly Step[],
  entries: readonly Entry[],
  place: Place,
): readonly ReadonlySet<string>[] {
  const at = steps.findIndex((step) => isLost(step, place));
  const words = used(steps[at], place);
  const named = namedIn(words);
  const all = variablesIn(steps);
  const own = all.filter((variable) => words.some(({ text }) => text === variable));
  const valuesOf = (variable: string): readonly ReadonlySet<string>[] => valuesByEntry(steps, entries, place, variable);
  if (named.length > 0) {
    // `reason ?: SKB_DROP_REASON_X`: what is named counts where the variable holds nothing.
    const [orElse] = own;
    return valuesOf(orElse ?? '').map(
      (values) => new Set([...values].flatMap((value) => (value === '' || value === none ? named : [value]))),
    );
  }
  const last = steps[endOfRun(steps, at)];
  const returned = last?.kind === 'return' ? namedIn(last.words) : [];
  if (own.length === 0 && returned.length > 0 && place.kind !== 'count')
    return valuesOf('').map((values) => new Set(values.size === 0 ? [] : returned));
  const asked = own.length > 0 || place.kind !== 'count' ? own : all;
  const values = asked.map(valuesOf);
  return entries.map((_, entry) => new Set(values.flatMap((found) => [...(found[entry] ?? [])])));
}

/** The words that say with which reason: a call's arguments, what is returned, what is left for the caller. */
function used(step: Step | undefined, { callee, line }: Place): readonly Word[] {
  const words = step !== undefined && 'words' in step ? step.words : [];
  if (callee !== undefined) return argumentsOf(words, callee, line);
  const assigned = words.findIndex(({ text }) => text === '=');
  return step?.kind === 'return' || assigned < 0 ? words : words.slice(assigned + 1);
}

function isLost(step: Step, { line, callee }: Place): boolean {
  if (!('words' in step) || !step.words.some((word) => word.line === line)) return false;
  if (callee !== undefined) return step.words.some((word) => word.line === line && word.text === callee);
  return step.kind === 'return' || step.kind === 'run';
}

interface State {
  readonly at: number;
  readonly value: string;
  /** The path it is on: its place among the entries, -1 where it is on none of them. */
  readonly path: number;
}

/** By entry the values that a variable may hold where the packet is lost; an empty text where it holds none yet. */
function valuesByEntry(
  steps: readonly Step[],
  entries: readonly Entry[],
  place: Place,
  variable: string,
): readonly ReadonlySet<string>[] {
  const found = entries.map(() => new Set<string>());
  const straight = entries.findIndex(({ kind, text }) => kind === 'straight' && !isCase(text));
  const seen = new Set<string>();
  const work: State[] = [{ at: 0, value: '', path: straight }];
  for (let state = work.pop(); state !== undefined; state = work.pop()) {
    const key = `${state.at} ${state.path} ${state.value}`;
    const step = steps[state.at];
    if (seen.has(key) || step === undefined) continue;
    seen.add(key);
    if (isLost(step, place)) {
      for (const value of place.kind === 'count' ? atEndOfRun(steps, state, variable) : [state.value])
        found[state.path]?.add(value);
    }
    work.push(...following(steps, state, entries, variable));
  }
  return found;
}

/** The values at the end of the statements that follow one another without a choice. */
function atEndOfRun(steps: readonly Step[], from: State, variable: string): readonly string[] {
  let values: readonly string[] = [from.value];
  for (let at = from.at; ; at++) {
    const step = steps[at];
    if (step?.kind !== 'run') return values;
    values = values.flatMap((value) => afterWords(step.words, value, variable));
  }
}

function following(
  steps: readonly Step[],
  { at, value, path }: State,
  entries: readonly Entry[],
  variable: string,
): readonly State[] {
  const step = steps[at];
  switch (step?.kind) {
    case 'run':
      return afterWords(step.words, value, variable).map((next) => ({ at: at + 1, value: next, path }));
    case 'test':
      return afterWords(step.words, value, variable).flatMap((next) => [
        ...where(step.words, true, next, variable).map((held) => ({ at: step.yes, value: held, path })),
        ...where(step.words, false, next, variable).map((held) => ({ at: step.no, value: held, path })),
      ]);
    case 'choice':
      return step.to.map((to) => {
        const { lines, end } = marksAround(steps, to);
        const entered = entries.findIndex(
          ({ kind, text, line }) => kind === 'straight' && isCase(text) && lines.includes(line),
        );
        return { at: end, value, path: entered < 0 ? path : entered };
      });
    case 'go': {
      if (step.jump === undefined) return [{ at: step.to, value, path }];
      const entered = entries.findIndex(({ kind, line }) => kind === 'goto' && line === step.line);
      return [{ at: step.to, value, path: entered >= 0 || isEntered(entries, step.jump) ? entered : path }];
    }
    case 'mark': {
      const entered = entries.findIndex(({ kind, line }) => kind === 'fallthrough' && line === step.line);
      return [{ at: at + 1, value, path: entered >= 0 || isEntered(entries, step.name) ? entered : path }];
    }
    default:
      return [];
  }
}

/** Whether some path begins at a label: whoever comes there on none of them is on none. */
function isEntered(entries: readonly Entry[], label: string): boolean {
  return entries.some(({ text }) => text === `goto ${label}` || text === `${label}:`);
}

function isCase(text: string | undefined): boolean {
  return text !== undefined && /^(case\b|default\b)/.test(text);
}

/** Case labels that stand on one another are entered as one. */
function marksAround(steps: readonly Step[], at: number): { readonly lines: readonly number[]; readonly end: number } {
  const isCaseMark = (step: Step | undefined): boolean => step?.kind === 'mark' && isCase(step.name);
  let begin = at;
  let end = at;
  while (isCaseMark(steps[begin - 1])) begin--;
  while (isCaseMark(steps[end])) end++;
  return { lines: steps.slice(begin, end).map((step) => (step.kind === 'mark' ? step.line : 0)), end };
}

function bodyAround(lines: readonly string[], line: number): { readonly first: number; readonly last: number } {
  let first = line;
  while (first > 1 && lines[first - 1]?.startsWith('{') !== true) first--;
  let last = line;
  while (last < lines.length && lines[last - 1]?.startsWith('}') !== true) last++;
  return { first, last };
}

function argumentsOf(words: readonly Word[], callee: string, line: number): readonly Word[] {
  const at = words.findIndex((word) => word.text === callee && word.line === line);
  const rest = words.slice(at + 2);
  let depth = 1;
  const end = rest.findIndex(({ text }) => {
    if (text === '(') depth++;
    return text === ')' && --depth === 0;
  });
  return rest.slice(0, end < 0 ? rest.length : end);
}

function endOfRun(steps: readonly Step[], from: number): number {
  let at = from;
  while (steps[at]?.kind === 'run') at++;
  return at;
}

/** As include/net/dropreason-core.h, include/net/rstreason.h and the lists of subsystems name them. */
const reasonWord =
  /^(SKB_DROP_REASON_\w+|SK_RST_REASON_\w+|SKB_NOT_DROPPED_YET|SKB_CONSUMED|RX_DROP_[MU]_\w+|RX_DROP_MONITOR|OVS_DROP_\w+|QDISC_DROP_\w+)$/;

function namedIn(words: readonly Word[]): readonly string[] {
  const names = words.map(({ text }) => text).filter((text) => reasonWord.test(text));
  const short = words.flatMap(({ text }, at) => (text === 'SKB_DR_SET' ? shortIn(words.slice(at)) : []));
  return [...new Set([...names, ...short])];
}

/** Of `SKB_DR_SET(*reason, NAME)`. */
function shortIn(words: readonly Word[]): readonly string[] {
  const name = words[words.findIndex(({ text }) => text === ')') - 1]?.text;
  return name === undefined ? [] : [`SKB_DROP_REASON_${name}`];
}

/** The names that a function keeps reasons in. */
function variablesIn(steps: readonly Step[]): readonly string[] {
  const names = new Set<string>();
  for (const step of steps) {
    const words = 'words' in step ? step.words : [];
    words.forEach(({ text }, at) => {
      if (/^SKB_DR(_SET|_OR)?$/.test(text)) names.add(words[at + 2]?.text ?? '');
      const value = words.slice(at + 2);
      const isReason = namedIn(value.slice(0, endOf(value))).length > 0;
      if (words[at + 1]?.text === '=' && /^\w+$/.test(text) && isReason) names.add(text);
    });
  }
  return [...names];
}
