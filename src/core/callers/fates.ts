/** What becomes of a function that is handed to another one, or to a macro: whether it is called there, or kept. */
import type { Definition, TreeOutlines } from './tree-outlines.ts';
import { type Target, usesOfParameter } from './uses.ts';

export interface Fate {
  /** Whether the call's own statement calls it: through a macro's text, or from inside the function. */
  readonly called?: 'macro' | 'function';
  /** Fields that it is kept in. */
  readonly kept: readonly Target[];
}

/** How often it may be handed on. */
const deepest = 4;

/** @param argument its position, from 0 */
export async function fateOf(outlines: TreeOutlines, callee: string, argument: number): Promise<Fate> {
  return outlines.remember(`fate ${callee} ${argument}`, () => fateWithin(outlines, callee, argument, 0));
}

async function fateWithin(outlines: TreeOutlines, callee: string, argument: number, depth: number): Promise<Fate> {
  const definitions = depth > deepest ? [] : await outlines.definitions(callee);
  let called: Fate['called'];
  const kept: Target[] = [];
  for (const definition of definitions.slice(0, 6)) {
    const name = parameterAt(definition, argument);
    if (name === undefined) continue;
    for (const how of usesOfParameter(definition, name)) {
      if (how.kind === 'called') called ??= definition.range === undefined ? 'macro' : 'function';
      else if (how.kind === 'stored' && how.target.field !== undefined) kept.push(how.target);
      else if (how.kind === 'given' && how.callee !== callee) {
        const further = await fateWithin(outlines, how.callee, how.argument, depth + 1);
        if (further.called !== undefined) called ??= definition.range === undefined ? further.called : 'function';
        kept.push(...further.kept);
      }
    }
  }
  return { ...(called === undefined ? {} : { called }), kept };
}

function parameterAt({ parameters }: Definition, argument: number): string | undefined {
  const name = parameters[argument];
  return name === undefined || name === '' || name.includes('...') ? undefined : name;
}
