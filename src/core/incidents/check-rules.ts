import { isMap, isSeq, type YAMLMap } from 'yaml';
import { meant, offsetOf, type NodeFault } from './check-node.ts';

/**
 * What the schema can't say of an incident: anchors have ids of their own, status rules speak of anchors that
 * exist, and exactly the last rule holds without a condition. The node has the incident's shape already.
 */
export function checkRules(incident: YAMLMap, path: string, lineAt: (offset: number) => number): readonly NodeFault[] {
  const anchors = itemsOf(incident, 'anchors');
  const known = anchors.flatMap((anchor) => textOf(anchor, 'id'));
  return [...duplicateIds(anchors, `${path}.anchors`, lineAt), ...rulesOf(incident, path, known)];
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

function rulesOf(incident: YAMLMap, path: string, known: readonly string[]): readonly NodeFault[] {
  const rules = itemsOf(incident, 'status');
  return rules.flatMap((rule, index) => {
    const here = `${path}.status[${index}]`;
    const when = rule.get('when', true);
    const last = index === rules.length - 1;
    const groups = [rule.get('also', true), ...(isMap(when) ? when.items.map(({ value }) => value) : [])];
    return [
      ...groups.flatMap((group) => unknownAnchors(group, here, known)),
      ...(last && when !== undefined
        ? [{ at: offsetOf(when), path: here, fault: { kind: 'last-rule-has-when' } } as const]
        : []),
      ...(!last && when === undefined
        ? [{ at: offsetOf(rule), path: here, fault: { kind: 'rule-hides-others' } } as const]
        : []),
    ];
  });
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

function textOf(map: YAMLMap, key: string): readonly string[] {
  const value = map.get(key);
  return typeof value === 'string' ? [value] : [];
}
