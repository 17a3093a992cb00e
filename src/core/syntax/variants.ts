/** The ways a function's exclusive #if halves can be chosen. */
import type { Conditional } from './facts.ts';
import type { FunctionRange } from './normalise/items.ts';
import type { Normalised, NormaliseOptions } from './normalise/normalise.ts';
import type { Scene } from './scene.ts';

export interface Variant {
  readonly normalised: Normalised;
  readonly found: FunctionRange;
  /** What to add to this variant's positions to have those of the file. */
  readonly base: number;
  readonly assumes: readonly string[];
}

/** A function with more exclusive halves than this is told only in part. */
const maximumVariants = 8;

/**
 * The function as normalised first, then once more for every other half of every choice inside it, one choice at a
 * time; choices on the same condition go together.
 *
 * @param again normalises the text of the function alone, with other choices
 */
export function variantsOf(
  scene: Scene,
  found: FunctionRange,
  again: (options: NormaliseOptions) => Normalised,
): { readonly variants: readonly Variant[]; readonly leftOut: number } {
  const groups = scene.hasChoiceInside(found.extent) ? groupChoices(again({})) : [];
  const kept = groups.map((group) => group.kept);
  const variants: Variant[] = [{ normalised: scene.normalised, found, base: scene.base, assumes: kept }];
  let leftOut = 0;
  for (const [index, group] of groups.entries()) {
    for (const other of group.others) {
      const chosen = new Map(group.conditionals.map((conditional) => [conditional, other.branch]));
      const variant = variants.length < maximumVariants ? again({ choose: (at) => chosen.get(at) }) : undefined;
      const same = variant?.functions.find((candidate) => candidate.name === found.name);
      if (variant === undefined || same === undefined) {
        leftOut++;
        continue;
      }
      const assumes = kept.with(index, other.text);
      variants.push({ normalised: variant, found: same, base: found.extent.start, assumes });
    }
  }
  return { variants, leftOut };
}

interface ChoiceGroup {
  readonly conditionals: number[];
  readonly kept: string;
  readonly others: readonly { readonly branch: number; readonly text: string }[];
}

/** Choices between the same halves in the same order, `CONFIG_X` or not, are one choice. */
function groupChoices(normalised: Normalised): readonly ChoiceGroup[] {
  const groups = new Map<string, ChoiceGroup>();
  for (const { conditional, kept, alternatives } of normalised.choices) {
    const whole = normalised.conditionals[conditional];
    if (whole === undefined) continue;
    const key = [kept, ...whole.branches.map((_, branch) => meaningOf(whole, branch))].join('\n');
    const known = groups.get(key);
    if (known !== undefined) known.conditionals.push(conditional);
    else {
      const others = alternatives.map((branch) => ({ branch, text: meaningOf(whole, branch) }));
      groups.set(key, { conditionals: [conditional], kept: meaningOf(whole, kept), others });
    }
  }
  return [...groups.values()];
}

/** What holds where a branch is taken: `CONFIG_A`, `!(CONFIG_A)`. */
function meaningOf(conditional: Conditional, branch: number): string {
  const taken = conditional.branches[branch];
  if (taken === undefined) return '';
  return taken.directive === 'ifndef' ? `!(${taken.condition})` : taken.condition;
}
