import { isMap, isSeq, type YAMLMap } from 'yaml';
import { meant, offsetOf, type NodeFault } from './check-node.ts';
import type { When } from './pack.ts';

/**
 * What the schema can't say of an incident: anchors have ids of their own, status rules speak of anchors that
 * exist, and exactly the last rule holds without a condition. The node has the incident's shape already.
 */
export function checkRules(incident: YAMLMap, path: string, lineAt: (offset: number) => number): readonly NodeFault[] {
  const anchors = itemsOf(incident, 'anchors');
  const known = [...new Set(anchors.flatMap((anchor) => textOf(anchor, 'id')))];
  return [...duplicateIds(anchors, `${path}.anchors`, lineAt), ...rulesOf(incident, path, known, lineAt)];
}

/** Those of the maps whose `id` an earlier one has already. */
export function duplicateIds(
  maps: readonly YAMLMap[],
  path: string,
  lineAt: (offset: number) => number,
): readonly NodeFault[] {
  const first = new Map<string, number>();
  return maps.flatMap((map, index) => {
    const [id] = textOf(map, 'id');
    const at = offsetOf(map.get('id', true));
    if (id === undefined) return [];
    const before = first.get(id);
    if (before === undefined) {
      first.set(id, at);
      return [];
    }
    return [{ at, path: `${path}[${index}].id`, fault: { kind: 'duplicate-id', id, firstLine: lineAt(before) } }];
  });
}

function rulesOf(
  incident: YAMLMap,
  path: string,
  known: readonly string[],
  lineAt: (offset: number) => number,
): readonly NodeFault[] {
  const rules = itemsOf(incident, 'status');
  const whens = rules.map(whenOf);
  return rules.flatMap((rule, index) => {
    const here = `${path}.status[${index}]`;
    const when = rule.get('when', true);
    const last = index === rules.length - 1;
    const groups = [rule.get('also', true), ...(isMap(when) ? when.items.map(({ value }) => value) : [])];
    return [
      ...groups.flatMap((group) => unknownAnchors(group, here, known)),
      ...unreachable(whens, index).map((hiddenBy): NodeFault => ({
        at: offsetOf(rule),
        path: here,
        fault: {
          kind: 'rule-never-holds',
          ...(hiddenBy === undefined ? {} : { hiddenBy: lineAt(offsetOf(rules[hiddenBy])) }),
        },
      })),
      ...(last && when !== undefined
        ? [{ at: offsetOf(when), path: here, fault: { kind: 'last-rule-has-when' } } as const]
        : []),
      ...(!last && when === undefined
        ? [{ at: offsetOf(rule), path: here, fault: { kind: 'rule-hides-others' } } as const]
        : []),
    ];
  });
}

/** Undefined for a rule that holds whatever is found. */
function whenOf(rule: YAMLMap): When | undefined {
  const when = rule.get('when', true);
  return isMap(when) ? (when.toJSON() as When) : undefined;
}

/** Nothing where the rule can hold; else the rule that hides it, or undefined where it contradicts itself. */
function unreachable(whens: readonly (When | undefined)[], index: number): readonly (number | undefined)[] {
  const when = whens[index];
  if (when === undefined) return [];
  if (contradicts(when)) return [undefined];
  const hiding = whens.slice(0, index).findIndex((earlier) => earlier !== undefined && implies(when, earlier));
  return hiding < 0 ? [] : [hiding];
}

function contradicts({ all = [], any, none = [] }: When): boolean {
  return all.some((id) => none.includes(id)) || (any?.every((id) => none.includes(id)) ?? false);
}

/** Whether `earlier` holds whenever `when` does, as far as their ids tell. */
function implies(when: When, earlier: When): boolean {
  const { all = [], any = [], none = [] } = when;
  return (
    (earlier.all ?? []).every((id) => all.includes(id)) &&
    (earlier.none ?? []).every((id) => none.includes(id)) &&
    (earlier.any === undefined ||
      earlier.any.some((id) => all.includes(id)) ||
      (any.length > 0 && any.every((id) => earlier.any?.includes(id))))
  );
}

function unknownAnchors(list: unknown, path: string, known: readonly string[]): readonly NodeFault[] {
  if (!isSeq(list)) return [];
  return list.items.flatMap((item, index) => {
    const id = list.get(index);
    if (typeof id !== 'string' || known.includes(id)) return [];
    return [{ at: offsetOf(item), path, fault: { kind: 'unknown-anchor', id, known, ...meant(id, known) } }];
  });
}

function itemsOf(map: YAMLMap, key: string): readonly YAMLMap[] {
  const list = map.get(key);
  return isSeq(list) ? list.items.filter((item) => isMap(item)) : [];
}

/** The text at a key, as a list of none or one. */
export function textOf(map: YAMLMap, key: string): readonly string[] {
  const value = map.get(key);
  return typeof value === 'string' ? [value] : [];
}
