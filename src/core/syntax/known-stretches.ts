/**
 * What was read of a file's stretches before, for a text that changes little from one reading to the next: while
 * someone types, all but one function stay as they were, if not where they were.
 */
import { LineIndex, type Span } from '../base/position.ts';
import type { Conditional } from './facts.ts';
import { type ReadFunction, readFunction } from './function-facts.ts';
import { normalise } from './normalise/normalise.ts';
import { createScene } from './scene.ts';
import type { TreeParser } from './tree-parser.ts';

/** All that is in a stretch of a file. */
export interface ReadStretch {
  readonly functions: readonly ReadFunction[];
  readonly conditionals: readonly Conditional[];
}

export interface KnownStretches {
  /**
   * What is in a stretch of a text, with the places of the text: read now, or known from before. The same object as
   * the last time where nothing changed above it.
   */
  read(parser: TreeParser, text: string, stretch: Span, lines: LineIndex): ReadStretch;
  /** Forgets those asked for longest ago. */
  keep(count: number): void;
}

interface Known {
  /** As if the stretch were a file of its own. */
  readonly own: ReadStretch;
  /** As it was told last, and for which offset and line. */
  told: { readonly start: number; readonly line: number; readonly read: ReadStretch };
}

export function knownStretches(): KnownStretches {
  const known = new Map<string, Known>();
  return {
    read: (parser, text, { start, end }, lines) => {
      const own = text.slice(start, end);
      const found = known.get(own) ?? newlyKnown(readAlone(parser, own));
      known.delete(own);
      known.set(own, found);
      const line = lines.lineAt(start);
      if (found.told.start !== start || found.told.line !== line)
        found.told = { start, line, read: moved(found.own, start, line - 1) };
      return found.told.read;
    },
    keep: (count) => {
      for (const oldest of known.keys()) {
        if (known.size <= count) break;
        known.delete(oldest);
      }
    },
  };
}

function newlyKnown(own: ReadStretch): Known {
  return { own, told: { start: 0, line: 1, read: own } };
}

function readAlone(parser: TreeParser, text: string): ReadStretch {
  const lines = new LineIndex(text);
  const normalised = normalise(text, { lines });
  const scene = createScene(text, lines, normalised, 0);
  const file = { text, lines, scene, parser, isSet: undefined, isStopped: (): boolean => false };
  return {
    functions: normalised.functions.map((found) => readFunction(file, found)),
    conditionals: normalised.conditionals,
  };
}

const offsets: ReadonlySet<string> = new Set(['start', 'end']);
const lineNumbers: ReadonlySet<string> = new Set(['line', 'endLine', 'faultLine']);

/** The same plain data with all its places moved. */
function moved<T>(data: T, by: number, byLines: number): T {
  if (typeof data !== 'object' || data === null) return data;
  if (Array.isArray(data)) return data.map((each: unknown) => moved(each, by, byLines)) as T;
  const copy: Record<string, unknown> = {};
  for (const key of Object.keys(data)) {
    const value: unknown = Reflect.get(data, key);
    if (typeof value !== 'number') copy[key] = moved(value, by, byLines);
    else copy[key] = offsets.has(key) ? value + by : lineNumbers.has(key) ? value + byLines : value;
  }
  return copy as T;
}
