import type { IncidentReport } from '../engine.ts';
import type { StatusWord } from '../model.ts';

/** Which reports are wanted; an empty list wants all. */
export interface Selection {
  readonly statuses: readonly StatusWord[];
  readonly areas: readonly string[];
  /** Words that must each occur in the id, the title, the area, the effect or the reason given. */
  readonly text?: string;
}

export const statusWords: readonly StatusWord[] = ['present', 'mitigated', 'fixed', 'absent'];

export function isSelected(report: IncidentReport, { statuses, areas, text = '' }: Selection): boolean {
  const { id, title, area, effect, status, why } = report;
  const read = [id, title, area, effect, why].join('\n').toLowerCase();
  return (
    (statuses.length === 0 || statuses.includes(status)) &&
    (areas.length === 0 || areas.includes(area)) &&
    text
      .toLowerCase()
      .split(/\s+/)
      .every((word) => read.includes(word))
  );
}
