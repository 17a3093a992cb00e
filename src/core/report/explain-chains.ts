/** How a packet gets to a function: chains of calls for people, and what else lies around a place in its tree. */
import type { CallSite, Chain, Chains } from '../callers/call-model.ts';
import type { Crossed } from '../model.ts';
import type { BuiltAs } from '../tree/kbuild.ts';
import { coverageText, entryText, throughText } from './chain-text.ts';
import { code, type Item, type Section } from './explanation.ts';
import { guardText, type Mark } from './path-text.ts';
import type { Say } from './say.ts';

export function chainsSection(chains: Chains, say: Say): Section {
  const { target, leftOut } = chains;
  const items: Item[] = chains.chains.map((chain) => chainItem(chain, target.function, say));
  if (items.length === 0) items.push({ text: say('Nothing that was read calls {0}.', code(target.function)) });
  if (leftOut !== undefined) items.push({ text: say('{0} further callers were not followed.', leftOut) });
  return {
    id: 'chains',
    heading: say('How does a packet get here?'),
    items: [...items, { text: coverageText(chains.covers, say) }],
  };
}

function chainItem(chain: Chain, target: string, say: Say): Item {
  const { entry, steps, alike = [] } = chain;
  const [registration] = entry.registrations;
  const place = registration ?? entry;
  const calls = steps.map((step, at) => stepItem(step, steps[at + 1]?.function ?? target, say));
  const more = { text: say('{0} further functions are registered in the same way', alike.length) };
  return {
    text: say('from {0}', entryText(chain, say, code)),
    ...(place.file === undefined || place.line === undefined ? {} : { place: { file: place.file, line: place.line } }),
    items: alike.length === 0 ? calls : [...calls, more],
    folded: true,
  };
}

function stepItem(step: CallSite, callee: string, say: Say): Item {
  const through = throughText(step, say, code);
  const needed = (step.guards ?? []).filter(({ early }) => early !== true);
  return {
    text: [say('{0} calls {1}', code(step.function), code(callee)), through].filter((part) => part !== '').join(' '),
    place: { file: step.file, line: step.line },
    items: needed.map((guard) => ({
      text: guardText(guard, say, code),
      place: { file: step.file, line: guard.line },
    })),
  };
}

/** Tracepoints on the way to a place and inside of what happens there; undefined where none is crossed. */
export function tracepointSection(file: string, crossed: readonly Crossed[], say: Say): Section | undefined {
  if (crossed.length === 0) return undefined;
  const items = [...new Map(crossed.map((each) => [`${each.name} ${each.inside ?? ''}`, each])).values()];
  return {
    id: 'tracepoints',
    heading: say('Tracepoints crossed'),
    items: items.map((each) => ({ text: crossedText(each, say, code), place: { file, line: each.line } })),
  };
}

/** `skb:kfree_skb, inside kfree_skb_reason when reason == SKB_CONSUMED is false`. */
export function crossedText({ name, inside, when = [] }: Crossed, say: Say, mark: Mark): string {
  if (inside === undefined) return say('{0}, on the way', mark(name));
  if (when.length === 0) return say('{0}, inside {1}', mark(name), mark(inside));
  const condition = when.map((guard) => guardText(guard, say, mark)).join(', ');
  return say('{0}, inside {1} when {2}', mark(name), mark(inside), condition);
}

/** Which Kconfig symbol builds the file, into what. */
export function builtSection(built: BuiltAs, say: Say): Section {
  const needs = built.needs.map(code).join(', ');
  const items: Item[] = [{ text: builtText(built, say) }];
  if (needs !== '') items.push({ text: say('Needs {0} as well.', needs) });
  return { id: 'built', heading: say('Built as'), items };
}

/** `CONFIG_IP_VS builds the module ip_vs`, with what the tree's .config makes of it where there is one. */
export function builtText({ object, symbol, canBeModule, state }: BuiltAs, say: Say, mark: Mark = code): string {
  if (symbol === undefined) return say('Always built into the kernel.');
  const by = mark(symbol);
  if (state === 'y') return say('{0}: built into the kernel, by the .config of this tree.', by);
  if (state === 'm') return say('{0}: the module {1}, by the .config of this tree.', by, mark(object));
  if (state === 'n') return say('{0}: not built, by the .config of this tree.', by);
  return canBeModule
    ? say('{0}: built into the kernel or as the module {1}.', by, mark(object))
    : say('{0}: built into the kernel, never a module.', by);
}
