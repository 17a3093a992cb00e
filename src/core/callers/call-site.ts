import type { CallSite } from './call-model.ts';
import { bodyAt, type Outline } from './outline.ts';
import type { Use } from './uses.ts';

/** A call that stands at an offset of a file. */
export function callSite(
  outline: Outline,
  use: Pick<Use, 'inside' | 'macro'>,
  at: number,
  call: Pick<CallSite, 'kind' | 'arguments' | 'via' | 'candidates'>,
): CallSite {
  const { line, column } = outline.lines.place(at, at);
  const inside = use.macro ?? use.inside?.name ?? bodyAt(outline, at)?.name ?? '';
  return {
    file: outline.file,
    line,
    column,
    function: inside,
    ...call,
    ...(use.macro === undefined ? {} : { isMacro: true }),
  };
}
