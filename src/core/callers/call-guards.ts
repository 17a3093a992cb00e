import { line1, offset } from '../base/position.ts';
import type { Guard } from '../model.ts';
import { guardsAt } from '../paths/ways-into.ts';
import type { KernelParser } from '../syntax/parser.ts';
import type { CallSite } from './call-model.ts';
import type { Definition, TreeOutlines } from './tree-outlines.ts';

/** The same calls with what must be true in the calling function; those in macros have none. */
export async function withGuards(
  outlines: TreeOutlines,
  parser: KernelParser,
  calls: readonly CallSite[],
): Promise<readonly CallSite[]> {
  const guarded = new Map<CallSite, CallSite>();
  for (const file of new Set(calls.map((call) => call.file))) {
    const outline = await outlines.outline(file);
    const here = calls.filter((call) => call.file === file && call.isMacro !== true);
    if (outline === undefined || here.length === 0) continue;
    const names = new Set(here.map((call) => call.function));
    const { functions, conditionals } = parser.facts(outline.text, { only: (name) => names.has(name) });
    for (const call of here) {
      const fn = functions.find(({ extent }) => extent.line <= call.line && call.line <= extent.endLine);
      const at = offset(outline.lines.startOf(line1(call.line)) + call.column - 1);
      if (fn !== undefined) guarded.set(call, { ...call, guards: guardsAt(fn, at, conditionals) });
    }
  }
  return calls.map((call) => guarded.get(call) ?? call);
}

/** What must be true where an offset of a function's body is reached; nothing for a macro. */
export function guardsInDefinition(
  parser: KernelParser,
  { outline, range, name }: Definition,
  at: number,
): readonly Guard[] {
  if (range === undefined) return [];
  const { functions, conditionals } = parser.facts(outline.text, { only: (each) => each === name });
  const fn = functions.find(({ extent }) => extent.start <= at && at < extent.end);
  return fn === undefined ? [] : guardsAt(fn, offset(at), conditionals);
}
