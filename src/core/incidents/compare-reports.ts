import type { IncidentReport } from '../engine.ts';
import type { StatusWord } from '../model.ts';

/** What became of an incident from one tree (`there`) to another (`here`). */
export interface IncidentChange {
  readonly id: string;
  readonly title: string;
  readonly area: string;
  /**
   * `fixed`: it can happen there and can't here; `appeared`: the other way round; `eased` and `worse`: between present
   * and mitigated; `other`: between fixed and absent; `same`.
   */
  readonly change: 'fixed' | 'eased' | 'appeared' | 'worse' | 'other' | 'same';
  readonly here: IncidentReport;
  readonly there: IncidentReport;
}

/** What matters first; `same` is last. */
export const changeWords: readonly IncidentChange['change'][] = [
  'appeared',
  'worse',
  'fixed',
  'eased',
  'other',
  'same',
];

/** The reports of two trees on the same incidents, side by side, in the order of `here`. */
export function compareReports(
  here: readonly IncidentReport[],
  there: readonly IncidentReport[],
): readonly IncidentChange[] {
  const others = new Map(there.map((report) => [report.id, report]));
  return here.flatMap((report) => {
    const other = others.get(report.id);
    if (other === undefined) return [];
    const { id, title, area } = report;
    return [{ id, title, area, change: changeOf(other.status, report.status), here: report, there: other }];
  });
}

function changeOf(there: StatusWord, here: StatusWord): IncidentChange['change'] {
  if (there === here) return 'same';
  const [before, after] = [weight[there], weight[here]];
  if (before === after) return 'other';
  if (before > after) return after === 0 ? 'fixed' : 'eased';
  return before === 0 ? 'appeared' : 'worse';
}

/** How much of the failure can happen. */
const weight: Readonly<Record<StatusWord, number>> = { present: 2, mitigated: 1, fixed: 0, absent: 0 };
