import type { IncidentChange } from '../incidents/compare-reports.ts';
import { english, type Say } from './say.ts';

/** A heading for all incidents that changed alike. */
export function changeHeading(change: IncidentChange['change'], say: Say = english): string {
  switch (change) {
    case 'fixed':
      return say('Fixed here, still possible there');
    case 'eased':
      return say('Mitigated here, present there');
    case 'appeared':
      return say('Possible here, not there');
    case 'worse':
      return say('Present here, mitigated there');
    case 'other':
      return say('Fixed in one, absent from the other');
    case 'same':
      return say('The same in both');
  }
}
