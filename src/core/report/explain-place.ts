import type { Ways } from '../engine.ts';
import type { Language } from '../incidents/words.ts';
import type { TreeKnowledge } from '../tree/knowledge.ts';
import { confirmSection, incidentSection, type KnownIncident } from './explain-incident.ts';
import { counterSection, countersOf, reasonSection, sysctlSection, sysctlsOf } from './explain-knowledge.ts';
import { waysSection } from './explain-ways.ts';
import { code, type Explanation, type Section } from './explanation.ts';
import { whatHappens } from './site-text.ts';
import type { Say } from './say.ts';

export interface PlaceFacts {
  readonly ways: Ways;
  readonly incidents: readonly KnownIncident[];
  readonly knowledge: TreeKnowledge;
  /** The function did not parse cleanly. */
  readonly unparsed: boolean;
}

/** Everything that is to be said of a site, a label or a function, all of it from the open tree. */
export function explainPlace(facts: PlaceFacts, language: Language, say: Say): Explanation {
  const { ways, incidents, knowledge } = facts;
  const { subject, sites } = ways;
  const fromIncidents = <T>(pick: (known: KnownIncident) => readonly T[]): T[] => incidents.flatMap(pick);
  const reasons = sites.flatMap((site) => [...site.reasons, ...site.rstReasons]);
  const sections = [
    hereSection(facts, say),
    waysSection(ways, say),
    sites.length === 0 ? undefined : reasonSection(reasons, knowledge, say),
    counterSection(
      subject.file,
      [
        ...fromIncidents(({ incident }) => countersOf(incident.counters ?? [], knowledge)),
        ...sites.flatMap((site) => site.counters),
      ],
      say,
    ),
    sysctlSection(
      subject.file,
      [
        ...fromIncidents(({ incident }) => sysctlsOf(incident.sysctls ?? [], knowledge)),
        ...sites.flatMap((site) => site.sysctls),
      ],
      say,
    ),
    ...(incidents.length === 0
      ? []
      : [incidentSection(incidents, language, say), confirmSection(incidents, language, say)]),
  ];
  return {
    title: subject.label === undefined ? subject.function : `${subject.function}, ${subject.label}`,
    place: subject,
    sections: sections.filter((section) => section !== undefined),
  };
}

function hereSection({ ways: { subject, sites }, unparsed }: PlaceFacts, say: Say): Section {
  const seen = new Set<string>();
  const items = sites.flatMap((site) => {
    const text = whatHappens(site, say);
    if (seen.has(text)) return [];
    seen.add(text);
    return [{ text, place: { file: site.file, line: site.line } }];
  });
  const nothing = { text: say('No packet ends in {0} itself.', code(subject.function)) };
  const doubt = { text: say('This function could not be read whole: what is said of it may be incomplete.') };
  return {
    id: 'here',
    heading: say('What happens here'),
    items: [...(items.length > 0 ? items : [nothing]), ...(unparsed ? [doubt] : [])],
  };
}
