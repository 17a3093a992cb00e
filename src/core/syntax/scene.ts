/** A normalised text together with what was taken out of it, ready to be asked function by function. */
import { offset, type LineIndex, type Span } from '../base/position.ts';
import { createHiddenJumpQueue } from './hidden-jumps.ts';
import { inExtent } from './in-extent.ts';
import type { FunctionRange } from './normalise/items.ts';
import type { Normalised } from './normalise/normalise.ts';
import { createSourceText, type SourceText } from './source-text.ts';
import type { BodyContext } from './statements.ts';

export interface Scene {
  readonly normalised: Normalised;
  /** What to add to a position here to have the file's: not 0 where a function was normalised alone. */
  readonly base: number;
  /** Whether halves of an #if wholly inside a stretch exclude each other. */
  hasChoiceInside(extent: Span): boolean;
  /** The function as a reader sees it, with the places of the file. */
  sourceOf(found: FunctionRange): SourceText;
  /** What is needed to read the function's statements; good for one reading. */
  contextOf(found: FunctionRange): BodyContext;
}

/**
 * @param text the whole file as it is on disk
 * @param normalised all of it, or the stretch that begins at `base`
 */
export function createScene(text: string, lines: LineIndex, normalised: Normalised, base: number): Scene {
  const dropped = normalised.dropped.toSorted((a, b) => a.start - b.start);
  const jumps = normalised.jumps.toSorted((a, b) => a.at - b.at);
  const macroLoops = new Set(normalised.macroLoops.map((loop) => loop.at + base));

  const choices = normalised.choices
    .map(({ conditional }) => stretchOf(normalised, conditional))
    .toSorted((a, b) => a.start - b.start);

  const sourceOf = (found: FunctionRange): SourceText => {
    const holes = inExtent(dropped, (span) => span.start, found.extent).map((span) => shifted(span, base));
    return createSourceText(text, lines, shifted(found.extent, base), holes);
  };
  const contextOf = (found: FunctionRange): BodyContext => {
    const inside = inExtent(jumps, (jump) => jump.at, found.extent);
    const hiddenJumps = createHiddenJumpQueue(
      text,
      inside.map((jump) => ({ ...jump, at: offset(jump.at + base) })),
    );
    return { source: sourceOf(found), hiddenJumps, macroLoops };
  };
  const hasChoiceInside = (extent: Span): boolean =>
    inExtent(choices, (choice) => choice.start, extent).some((choice) => choice.end < extent.end);
  return { normalised, base, hasChoiceInside, sourceOf, contextOf };
}

export function shifted(span: Span, by: number): Span {
  return by === 0 ? span : { start: offset(span.start + by), end: offset(span.end + by) };
}

function stretchOf(normalised: Normalised, conditional: number): { readonly start: number; readonly end: number } {
  const branches = normalised.conditionals[conditional]?.branches ?? [];
  return { start: branches[0]?.body.start ?? 0, end: branches.at(-1)?.body.end ?? 0 };
}
