import { isSeq, type YAMLMap } from 'yaml';
import { meant, offsetOf, type NodeFault } from './check-node.ts';
import { textOf } from './check-rules.ts';
import type { Surrounding } from './surrounding.ts';

/** What can only be said of a pack beside others: ids are unique over all of them, and related incidents exist. */
export function checkAmongPacks(
  incidents: readonly YAMLMap[],
  { taken, known: others }: Surrounding,
): readonly NodeFault[] {
  const known = [...others, ...incidents.flatMap((incident) => textOf(incident, 'id'))];
  return incidents.flatMap((incident, index) => {
    const path = `incidents[${index}]`;
    const [id = ''] = textOf(incident, 'id');
    const pack = taken.get(id);
    const related = incident.get('related');
    return [
      ...(pack === undefined
        ? []
        : [
            {
              at: offsetOf(incident.get('id', true)),
              path: `${path}.id`,
              fault: { kind: 'id-of-other-pack', id, pack },
            } as const,
          ]),
      ...(isSeq(related) ? related.items : []).flatMap((item, place): readonly NodeFault[] => {
        const other = isSeq(related) ? related.get(place) : undefined;
        if (typeof other !== 'string' || known.includes(other)) return [];
        const fault = { kind: 'unknown-related', id: other, ...meant(other, known) } as const;
        return [{ at: offsetOf(item), path: `${path}.related[${place}]`, fault }];
      }),
    ];
  });
}
