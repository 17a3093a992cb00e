import type { Chains } from '../callers/call-model.ts';
import type { Ways } from '../engine.ts';
import type { Effect } from '../incidents/pack.ts';
import type { Language } from '../incidents/words.ts';
import type { Site } from '../model.ts';
import type { TreeKnowledge } from '../tree/knowledge.ts';
import { confirmSection, incidentSection, type KnownIncident, otherCounters } from './explain-incident.ts';
import { builtSection, chainsSection, tracepointSection } from './explain-chains.ts';
import { counterSection, countersOf, reasonSection, sysctlSection, sysctlsOf } from './explain-knowledge.ts';
import { waysSection } from './explain-ways.ts';
import { code, type Explanation, type Item, type Section } from './explanation.ts';
import { endingText, endOf, siteTitle, whatHappens } from './site-text.ts';
import type { Say } from './say.ts';

export interface PlaceFacts {
  readonly ways: Ways;
  /** How a packet gets to the function; absent where that was not asked. */
  readonly chains?: Chains;
  readonly incidents: readonly KnownIncident[];
  readonly knowledge: TreeKnowledge;
  /** All sites of the file. */
  readonly fileSites: readonly Site[];
  /** The function did not parse cleanly. */
  readonly unparsed: boolean;
}

/** Everything that is to be said of a site, a label or a function, all of it from the open tree. */
export function explainPlace(facts: PlaceFacts, language: Language, say: Say): Explanation {
  const { ways, chains, incidents, knowledge } = facts;
  const crossed = ways.paths.flatMap((path) => path.tracepoints ?? []);
  const { subject, sites } = ways;
  const fromIncidents = <T>(pick: (known: KnownIncident) => readonly T[]): T[] => incidents.flatMap(pick);
  const reasons = sites.flatMap((site) => [...site.reasons, ...site.rstReasons]);
  const probed = incidents.find(({ incident }) => incident.confirm.probe !== undefined);
  const sections = [
    hereSection(facts, say),
    waysSection(ways, say),
    chains === undefined ? undefined : chainsSection(chains, say),
    sites.length === 0 ? undefined : reasonSection(reasons, knowledge, say),
    counterSection(
      subject.file,
      [
        ...fromIncidents(({ incident }) => countersOf(incident.counters ?? [], knowledge)),
        ...sites.flatMap((site) => site.counters),
      ],
      say,
      fromIncidents(({ incident }) => otherCounters(incident, language)),
    ),
    sysctlSection(
      subject.file,
      [
        ...fromIncidents(({ incident }) => sysctlsOf(incident.sysctls ?? [], knowledge)),
        ...sites.flatMap((site) => site.sysctls),
      ],
      say,
    ),
    tracepointSection(subject.file, crossed, say),
    ways.built === undefined ? undefined : builtSection(ways.built, say),
    ...(incidents.length === 0
      ? []
      : [incidentSection(incidents, language, say), confirmSection(incidents, language, say)]),
  ];
  return {
    title: subject.label === undefined ? subject.function : `${subject.function}, ${subject.label}`,
    place: subject,
    sections: sections.filter((section) => section !== undefined),
    ...(probed === undefined ? {} : { probe: `incident:${probed.incident.id}` }),
  };
}

function hereSection(facts: PlaceFacts, say: Say): Section {
  const { fileSites, unparsed } = facts;
  const { subject, sites } = facts.ways;
  const isWholeFunction = subject.label === undefined && !sites.some(({ line }) => line === subject.line);
  const items = isWholeFunction ? listedSites(sites, fileSites, say) : distinctEnds(sites, fileSites, say);
  const doubt = { text: say('This function could not be read whole: what is said of it may be incomplete.') };
  return {
    id: 'here',
    heading: say('What happens here'),
    items: [...(items.length > 0 ? items : endsElsewhere(facts, say)), ...(unparsed ? [doubt] : [])],
  };
}

/** For a place where no packet ends: what it leads to, and where in its function packets do end. */
function endsElsewhere({ ways: { subject }, incidents, fileSites }: PlaceFacts, say: Say): Item[] {
  const effects = new Set(incidents.map(({ incident }) => incident.effect));
  const inFunction = fileSites.filter((site) => site.function === subject.function);
  const nothing =
    inFunction.length === 0
      ? { text: say('No packet ends in {0} itself.', code(subject.function)) }
      : {
          text: say('No packet ends on this line; in {0} packets end here:', code(subject.function)),
          items: listedSites(inFunction, fileSites, say),
        };
  return [...[...effects].map((effect) => ({ text: effectText(effect, say) })), nothing];
}

function effectText(effect: Effect, say: Say): string {
  switch (effect) {
    case 'rst':
      return say('What is decided here can end in a RST to the sender: see the known incident.');
    case 'drop':
      return say('What is decided here can end in a silent drop: see the known incident.');
    case 'stall':
      return say('What is decided here can make a connection stall: see the known incident.');
    case 'error':
      return say('What is decided here can end in an error to the caller: see the known incident.');
  }
}

function listedSites(sites: readonly Site[], fileSites: readonly Site[], say: Say): Item[] {
  return sites.map((site) => {
    const next = endOf(site, fileSites);
    const title = siteTitle(site, say, next === undefined ? {} : { next });
    return {
      text: site.label === undefined ? title : say('{0}: {1}', code(site.label), title),
      place: { file: site.file, line: site.line },
    };
  });
}

function distinctEnds(sites: readonly Site[], fileSites: readonly Site[], say: Say): Item[] {
  const items = new Map<string, Item>();
  for (const site of sites) {
    const next = endOf(site, fileSites);
    const why = endingText(site.callee === undefined ? (next ?? site) : site, say);
    const text = [whatHappens(site, say, next), ...(why === undefined ? [] : [why])].join(' ');
    if (!items.has(text)) items.set(text, { text, place: { file: site.file, line: site.line } });
  }
  return [...items.values()];
}
