import type { FactsOfFile } from '../incidents/facts-source.ts';
import type { NoteAnchor } from './note.ts';
import { linesOutside, unitsOf, type Unit } from './units.ts';

/** How many statements on each side go with an anchor. */
export const contextSize = 3;

/**
 * The anchor of the statement at a line: the innermost one that covers it, else the last one above it in its function.
 * Outside functions the line itself. Undefined where there is nothing to hold on to, such as an empty line.
 */
export function anchorAt(
  file: string,
  { text, facts }: FactsOfFile,
  line: number,
  release?: string,
): NoteAnchor | undefined {
  const fn = facts.functions.find(({ extent }) => line >= extent.line && line <= extent.endLine);
  const units = fn === undefined ? linesOutside(facts, text) : unitsOf(fn, text);
  const index = fn === undefined ? units.findIndex((unit) => unit.line === line) : indexAt(units, line);
  const unit = units[index];
  if (unit === undefined) return undefined;
  return {
    file,
    ...(fn === undefined ? {} : { function: fn.name }),
    statement: unit.text,
    kind: unit.kind,
    ...(unit.label === undefined ? {} : { label: unit.label }),
    before: textsBefore(units, index),
    after: textsAfter(units, index),
    seen: { line: unit.line, ...(release === undefined ? {} : { release }) },
  };
}

function indexAt(units: readonly Unit[], line: number): number {
  const covering = units.findLastIndex((unit) => unit.line <= line && line <= unit.endLine);
  return covering >= 0 ? covering : units.findLastIndex((unit) => unit.line <= line);
}

export const textsBefore = (units: readonly Unit[], index: number): readonly string[] =>
  units
    .slice(Math.max(0, index - contextSize), index)
    .map(({ text }) => text)
    .toReversed();

export const textsAfter = (units: readonly Unit[], index: number): readonly string[] =>
  units.slice(index + 1, index + 1 + contextSize).map(({ text }) => text);
