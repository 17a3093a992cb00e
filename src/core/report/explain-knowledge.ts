/** Reasons, counters and sysctls as the open tree names and documents them. */
import type { Counter, Sysctl } from '../model.ts';
import type { TreeKnowledge } from '../tree/knowledge.ts';
import { code, type Item, type Section } from './explanation.ts';
import type { Say } from './say.ts';

/** Names of drop and RST reasons -> number, kernel-doc and header line of this tree; those it lacks are left out. */
export function reasonSection(names: readonly string[], knowledge: TreeKnowledge, say: Say): Section {
  const items = [...new Set(names)].flatMap((name): Item[] => {
    const reason = knowledge.dropReasons.get(name) ?? knowledge.rstReasons.get(name);
    if (reason === undefined) return [];
    const number = say('{0} is number {1} in this tree', code(name), reason.number);
    return [
      {
        text: reason.doc === '' ? `${number}.` : `${number}: ${reason.doc}`,
        place: { file: reason.file, line: reason.line },
      },
    ];
  });
  return {
    id: 'reason',
    heading: say('Reason'),
    items: items.length > 0 ? items : [{ text: noReasonText(knowledge, say) }],
  };
}

function noReasonText(knowledge: TreeKnowledge, say: Say): string {
  return knowledge.dropReasons.size === 0
    ? say('This tree has no drop reasons: tools that show reasons say nothing here.')
    : say('No reason is given here: tools that show reasons say nothing of it.');
}

/** Counters to watch, each with the nstat command, and others in words; undefined when there are none. */
export function counterSection(
  file: string,
  counters: readonly (Omit<Counter, 'line'> & { readonly line?: number })[],
  say: Say,
  others: readonly string[] = [],
): Section | undefined {
  const items: Item[] = unique(counters, ({ nstat }) => nstat).map(({ mib, nstat, line }) => ({
    text: say('{0} ({1})', code(nstat), code(mib)),
    copy: `nstat -az ${nstat}`,
    ...(line === undefined ? {} : { place: { file, line } }),
  }));
  for (const text of new Set(others)) items.push({ text });
  return items.length === 0 ? undefined : { id: 'counters', heading: say('Counters to watch'), items };
}

/** Sysctls that decide, each with the command that reads it; undefined when there are none. */
export function sysctlSection(
  file: string,
  sysctls: readonly (Omit<Sysctl, 'line'> & { readonly line?: number })[],
  say: Say,
): Section | undefined {
  const items = unique(sysctls, ({ name }) => name).map(({ name, identifier, line }) => ({
    text: say('{0}, read as {1}', code(name), code(identifier)),
    copy: `sysctl ${name}`,
    ...(line === undefined ? {} : { place: { file, line } }),
  }));
  return items.length === 0 ? undefined : { id: 'sysctls', heading: say('Sysctls that decide'), items };
}

/** MIB items named by a pack, as this tree prints them; those it lacks are left out. */
export function countersOf(mibs: readonly string[], knowledge: TreeKnowledge): { mib: string; nstat: string }[] {
  return mibs.flatMap((mib) => {
    const counter = knowledge.counters.get(mib);
    return counter === undefined ? [] : [{ mib, nstat: counter.nstat }];
  });
}

/** Sysctls named by a pack by the whole name or its tail; those the tree lacks are left out. */
export function sysctlsOf(names: readonly string[], knowledge: TreeKnowledge): { name: string; identifier: string }[] {
  return names.flatMap((wanted) =>
    [...knowledge.sysctls].flatMap(([identifier, found]) =>
      found
        .filter(({ name }) => name === wanted || name.endsWith(`.${wanted}`))
        .slice(0, 1)
        .map(({ name }) => ({ name, identifier })),
    ),
  );
}

function unique<T>(values: readonly T[], key: (value: T) => string): T[] {
  const seen = new Map(values.map((value) => [key(value), value]));
  return [...seen.values()];
}
