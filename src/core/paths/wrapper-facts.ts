/** What one file tells about its tree's wrappers: of a whole tree the few functions are read that can be one. */
import type { FileFacts, FunctionFacts } from '../syntax/facts.ts';
import { inExtent } from '../syntax/in-extent.ts';
import type { FactsOptions, KernelParser } from '../syntax/parser.ts';
import { type FieldValue, fieldValues } from './field-values.ts';
import { callsOneOf, type Words } from '../syntax/stretches.ts';
import { remembered } from './marks.ts';
import { dropOf, isReset } from './primitives.ts';
import { type FunctionSummary, summariesOf } from './summaries.ts';
import { type WrapperIndex, wrappersOf } from './wrappers.ts';

/** What is looked for, by name. */
export interface Wanted {
  /** Functions to be read wherever they are defined. */
  readonly defined: readonly string[];
  /** Functions, or fields, whose callers are to be read. */
  readonly called: readonly string[];
  /** Fields whose values are to be told. */
  readonly fields: readonly string[];
  /** Functions of which is to be told which fields they are put into. */
  readonly values: readonly string[];
}

export interface WrapperFacts {
  readonly file: string;
  readonly summaries: readonly FunctionSummary[];
  readonly values: readonly FieldValue[];
}

/**
 * @param wanted absent for the first look: whoever calls the kernel's own words for a drop or a RST, those of the
 *   same file who call these in turn, and the fields that any of them is put into
 * @returns undefined where the file has nothing to tell
 */
export function wrapperFacts(
  parser: KernelParser,
  { file, text }: { readonly file: string; readonly text: string },
  wanted: Wanted | undefined,
): WrapperFacts | undefined {
  if (!mayTell(text)) return undefined;
  const found = wanted === undefined ? firstFacts(parser, file, text) : furtherFacts(parser, file, text, wanted);
  return found.summaries.length + found.values.length === 0 ? undefined : { file, ...found };
}

/** Whether a text speaks of packets or sockets at all: most headers do not. */
export function mayTell(text: string): boolean {
  return text.includes('sk_buff') || text.includes('sock');
}

type Told = Omit<WrapperFacts, 'file'>;

const isPrimitive = remembered((name) => dropOf(name) || isReset(name));

function firstFacts(parser: KernelParser, file: string, text: string): Told {
  const words = primitivesOf(text);
  if (words.length === 0 && !definesOneOf(text, isPrimitive)) return { summaries: [], values: [] };
  const facts = parser.facts(text, {
    words: { called: () => false, capital: () => false, others: () => words },
    further: furtherWrappers(file),
  });
  return toldBy({ file, text, facts });
}

function toldBy({ file, text, facts }: ReadFile): Told {
  const summaries = summariesOf(facts, file);
  const own = wrappersOf(summaries);
  const isValue = (name: string): boolean => own.has(name) || isPrimitive(name);
  return {
    summaries: summaries.filter(isTelling),
    values: fieldValues(text, () => false, isValue),
  };
}

export interface ReadFile {
  readonly file: string;
  readonly text: string;
  readonly facts: FileFacts;
}

/** What a first look tells, from a file of which at least that much was read for something else. */
export function wrapperFactsIn({ file, text, facts }: ReadFile): WrapperFacts | undefined {
  const words = primitivesOf(text);
  if (words.length === 0 && !definesOneOf(text, isPrimitive)) return undefined;
  let waiting = facts.functions;
  let functions: FileFacts['functions'] = [];
  const take = (isWanted: (fn: FunctionFacts) => boolean): void => {
    const found = waiting.filter(isWanted);
    waiting = waiting.filter((fn) => !found.includes(fn));
    functions = [...functions, ...found].sort((a, b) => a.extent.start - b.extent.start);
  };
  take(({ extent, place }) => inExtent(words, (at) => at, extent).some((at) => at !== place.start));
  const further = furtherWrappers(file);
  for (let more = further({ ...facts, functions }); more !== undefined; more = further({ ...facts, functions })) {
    const wanted = more;
    take(({ name, extent }) => wanted(name, text.slice(extent.start, extent.end), extent));
  }
  const found = toldBy({ file, text, facts: { ...facts, functions } });
  return found.summaries.length + found.values.length === 0 ? undefined : { file, ...found };
}

/** Where primitives are called in functions that may always come to one. */
function primitivesOf(text: string): readonly number[] {
  const found: number[] = [];
  for (let open = text.indexOf('('); open >= 0; open = text.indexOf('(', open + 1)) {
    const word = wordBefore(text, open);
    if (isPrimitive(word) && !isLeftBefore(text, open - word.length)) found.push(open - word.length);
  }
  return found;
}

/**
 * Whether the function's text returns before a place: then some way does not come there, unless it is the one of
 * which a test says that there is no packet. Ways that end in a wrapper instead are looked at when that is known.
 */
function isLeftBefore(text: string, place: number): boolean {
  const start = text.lastIndexOf('\n{', place);
  for (
    let at = text.indexOf('return', Math.max(start, 0));
    at >= 0 && at < place;
    at = text.indexOf('return', at + 1)
  ) {
    if (isLetter(text.charCodeAt(at - 1)) || isLetter(text.charCodeAt(at + 6))) continue;
    // In a comment it stands among words.
    const before = text.slice(start, at).trimEnd();
    if (!/[;{}):/]$/.test(before) && !before.endsWith('else')) continue;
    const line = text.slice(text.lastIndexOf('if', at), at);
    if (!line.includes('!') && !line.includes('NULL')) return true;
  }
  return false;
}

/**
 * What else of a file to read, now that so much is known: who calls its own wrappers, for that may be one more; all
 * definitions of them, for one that does not drop speaks against it; and whom they hand the packet to, for it may be
 * kept there. Asked again until nothing is new.
 *
 * @param known what is known of other files
 */
export function furtherWrappers(file: string, known?: WrapperIndex): (facts: FileFacts) => Only | undefined {
  const asked = new Set<string>();
  return (facts) => {
    const summaries = summariesOf(facts, file);
    const wrappers = wrappersOf(summaries, known);
    const handedTo = summaries
      .filter(({ name }) => wrappers.has(name))
      .flatMap(({ packets }) => packets.flatMap(({ handings }) => handings.map(({ callee }) => callee)));
    const fresh = new Set([...wrappers.keys(), ...handedTo].filter((name) => !asked.has(name)));
    for (const name of fresh) asked.add(name);
    if (fresh.size === 0) return undefined;
    const isWrapper = (name: string): boolean => fresh.has(name) && wrappers.has(name);
    return (name, body) =>
      (name === '' ? definesOneOf(body, (each) => fresh.has(each)) : fresh.has(name)) || callsOneOf(body, isWrapper);
  };
}

type Only = NonNullable<FactsOptions['only']>;

/** Whether anything could be learnt of a function at all. */
const isTelling = ({ packets, keeps, always }: FunctionSummary): boolean =>
  packets.length + keeps.length + always.length > 0;

function furtherFacts(parser: KernelParser, file: string, text: string, wanted: Wanted): Told {
  const [defined, called, fields, values] = [wanted.defined, wanted.called, wanted.fields, wanted.values].map(
    (names) => new Set(names),
  );
  const isDefined = (name: string): boolean => defined?.has(name) === true;
  const isCalled = (name: string): boolean => called?.has(name) === true;
  const heads = Array.from(headsIn(text)).filter(({ name }) => isDefined(name));
  const isOne = heads.length > 0 || callsOneOf(text, isCalled);
  const words: Words = { called: isCalled, capital: () => false, others: () => heads.map(({ at }) => at) };
  const facts = isOne ? parser.facts(text, { words, only: isDefined }) : undefined;
  return {
    // A function without anything to tell is none: that says something of its name.
    summaries: facts === undefined ? [] : summariesOf(facts, file),
    values: fieldValues(
      text,
      (name) => fields?.has(name) === true,
      (name) => values?.has(name) === true,
    ),
  };
}

/** Whether one of them is defined, by the looks of it. */
function definesOneOf(text: string, isOne: (name: string) => boolean): boolean {
  for (const { name } of headsIn(text)) if (isOne(name)) return true;
  return false;
}

/** The names of the functions that a text defines, by the looks of it. */
export function definedIn(text: string): ReadonlySet<string> {
  return new Set(Array.from(headsIn(text), ({ name }) => name));
}

interface Head {
  readonly name: string;
  readonly at: number;
}

/** What may be a function's head: a line that starts in the first column and ends no statement. */
function* headsIn(text: string): Generator<Head, void, undefined> {
  for (let start = 0; start < text.length;) {
    const next = text.indexOf('\n', start);
    const end = next < 0 ? text.length : next;
    if (isLetter(text.charCodeAt(start)) && text[end - 1] !== ';') {
      const open = text.indexOf('(', start);
      const name = open > start && open < end ? wordBefore(text, open) : '';
      if (name !== '') yield { name, at: open - name.length };
    }
    start = end + 1;
  }
}

const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;

function wordBefore(text: string, end: number): string {
  let start = end;
  while (isLetter(text.charCodeAt(start - 1)) || ((text[start - 1] ?? '') >= '0' && (text[start - 1] ?? '') <= '9'))
    start--;
  return text.slice(start, end);
}
