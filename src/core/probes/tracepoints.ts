import { type Line1, LineIndex } from '../base/position.ts';
import type { TreeFiles } from '../ports.ts';
import { type Token, closing, splitAtCommas, textOf, tokenize } from '../tree/tokens.ts';

/** A tracepoint as its header declares it. */
export interface Tracepoint {
  readonly group: string;
  readonly name: string;
  readonly file: string;
  readonly line: Line1;
  /** What the kernel passes to `trace_NAME()`, in order. */
  readonly parameters: readonly { readonly name: string; readonly type: string }[];
  readonly fields: readonly TracepointField[];
}

/** A field of the record, as tools see it in `args->NAME`. */
export interface TracepointField {
  readonly name: string;
  readonly type: string;
  /** Set where it is no single value: text behind an offset, or an array in the record. */
  readonly holds?: 'text' | 'array';
  /** The parameter it is a plain copy of. */
  readonly copies?: string;
}

/** Reads `include/trace/events/GROUP.h`. */
export async function readTracepoint(files: TreeFiles, group: string, name: string): Promise<Tracepoint | undefined> {
  const file = `include/trace/events/${group}.h`;
  const text = /^\w+$/.test(group) ? await files.read(file) : undefined;
  return text === undefined ? undefined : tracepointIn(text, group, name, file);
}

/** The tracepoint as this header's text declares it, by TRACE_EVENT or by DEFINE_EVENT of a class. */
export function tracepointIn(text: string, group: string, name: string, file: string): Tracepoint | undefined {
  const tokens = tokenize(text);
  const event = eventNamed(tokens, name);
  if (event === undefined) return undefined;
  const prototype = part(event.parts, 'TP_PROTO');
  const parameters = splitAtCommas(prototype).map(declared);
  const assignments = part(event.parts, 'TP_fast_assign');
  const fields = fieldsOf(part(event.parts, 'TP_STRUCT__entry')).map((field) => {
    const copies = copiedParameter(assignments, field.name);
    const known = parameters.some((parameter) => parameter.name === copies);
    return copies !== undefined && known ? { ...field, copies } : field;
  });
  return { group, name, file, line: new LineIndex(text).lineAt(event.at), parameters, fields };
}

interface Declaration {
  readonly at: number;
  readonly parts: readonly (readonly Token[])[];
}

const whole: ReadonlySet<string> = new Set(['TRACE_EVENT', 'TRACE_EVENT_CONDITION', 'TRACE_EVENT_FN']);
const ofClass: ReadonlySet<string> = new Set(['DEFINE_EVENT', 'DEFINE_EVENT_CONDITION', 'DEFINE_EVENT_FN']);

function eventNamed(tokens: readonly Token[], name: string): Declaration | undefined {
  for (const [index, token] of tokens.entries()) {
    if (whole.has(token.text)) {
      const parts = partsAt(tokens, index);
      if (parts[0]?.[0]?.text === name) return { at: token.at, parts: parts.slice(1) };
    } else if (ofClass.has(token.text)) {
      const parts = partsAt(tokens, index);
      if (parts[1]?.[0]?.text !== name) continue;
      const rest = classNamed(tokens, parts[0]?.[0]?.text ?? '');
      return { at: token.at, parts: [...parts.slice(2), ...rest] };
    }
  }
  return undefined;
}

function classNamed(tokens: readonly Token[], name: string): readonly (readonly Token[])[] {
  for (const [index, token] of tokens.entries()) {
    if (token.text !== 'DECLARE_EVENT_CLASS') continue;
    const parts = partsAt(tokens, index);
    if (parts[0]?.[0]?.text === name) return parts.slice(1);
  }
  return [];
}

function partsAt(tokens: readonly Token[], index: number): readonly (readonly Token[])[] {
  if (tokens[index + 1]?.text !== '(') return [];
  return splitAtCommas(tokens.slice(index + 2, closing(tokens, index + 1)));
}

/** What stands between the brackets of `TP_PROTO(...)` and its kin. */
function part(parts: readonly (readonly Token[])[], macro: string): readonly Token[] {
  const found = parts.find((tokens) => tokens[0]?.text === macro) ?? [];
  return found.slice(2, closing(found, 1));
}

function declared(tokens: readonly Token[]): { readonly name: string; readonly type: string } {
  return { name: tokens.at(-1)?.text ?? '', type: textOf(tokens.slice(0, -1)) };
}

/** `__field(type, name)` and its kin; bitmaps and arrays of unknown length are left out. */
function fieldsOf(tokens: readonly Token[]): readonly TracepointField[] {
  return tokens.flatMap(({ text }, index): readonly TracepointField[] => {
    if (!fieldMacros.has(text)) return [];
    const [first = [], second = []] = partsAt(tokens, index);
    const name = (text === '__string' ? first : second)[0]?.text;
    if (name === undefined) return [];
    if (text === '__string') return [{ name, type: 'char', holds: 'text' }];
    return [{ name, type: textOf(first), ...(text === '__array' ? { holds: 'array' } : {}) }];
  });
}

const fieldMacros: ReadonlySet<string> = new Set(['__field', '__field_struct', '__array', '__string']);

/** The Y of `__entry->field = Y;` where Y is one word. */
function copiedParameter(tokens: readonly Token[], field: string): string | undefined {
  for (const [index, token] of tokens.entries()) {
    if (token.text !== '__entry' || tokens[index + 2]?.text !== field || tokens[index + 3]?.text !== '=') continue;
    if (tokens[index + 5]?.text === ';') return tokens[index + 4]?.text;
  }
  return undefined;
}
