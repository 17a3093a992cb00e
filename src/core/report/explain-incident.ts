import type { Assessment } from '../incidents/assess.ts';
import type { Incident } from '../incidents/pack.ts';
import { inLanguage, type Language } from '../incidents/words.ts';
import type { StatusWord } from '../model.ts';
import type { TreeKnowledge } from '../tree/knowledge.ts';
import { code, type Explanation, type Item, type Section } from './explanation.ts';
import { counterSection, countersOf, reasonSection, sysctlSection, sysctlsOf } from './explain-knowledge.ts';
import type { Say } from './say.ts';

export interface KnownIncident {
  readonly incident: Incident;
  readonly assessment: Assessment;
}

/** An incident by itself: status with evidence first, then what the pack says of it in this tree's names. */
export function explainIncident(
  known: KnownIncident,
  knowledge: TreeKnowledge,
  language: Language,
  say: Say,
): Explanation {
  const { incident, assessment } = known;
  const first = assessment.evidence[0] ?? assessment.anchors[0];
  const reasons = [...(incident.reasons ?? []), ...(incident.rstReasons ?? [])];
  const sections = [
    incidentSection([known], language, say),
    reasons.length === 0 ? undefined : reasonSection(reasons, knowledge, say),
    counterSection('', countersOf(incident.counters ?? [], knowledge), say, otherCounters(incident, language)),
    sysctlSection('', sysctlsOf(incident.sysctls ?? [], knowledge), say),
    confirmSection([known], language, say),
  ];
  return {
    title: assessment.title,
    place: { file: first?.file ?? incident.anchors[0]?.files[0] ?? '', line: first?.line ?? 1 },
    sections: sections.filter((section) => section !== undefined),
    ...(incident.confirm.probe === undefined ? {} : { probe: `incident:${incident.id}` }),
  };
}

/** Known incidents of a place: what the tree's code says of each, cause and remedy. */
export function incidentSection(known: readonly KnownIncident[], language: Language, say: Say): Section {
  return {
    id: 'incident',
    heading: say('Known incident'),
    items: known.map(({ incident, assessment }): Item => {
      const { cause, remedy, symptom } = incident;
      return {
        text: say('{0} ({1})', assessment.title, code(incident.id)),
        items: [
          {
            text: say('In this tree: {0}. {1}', statusText(assessment.status, say), assessment.why),
            items: assessment.evidence.map(({ file, line, function: name, what }) => ({
              text: say('{0} in {1}', plainOrCode(what), code(name)),
              place: { file, line },
            })),
          },
          { text: say('Symptom: {0}', inLanguage(symptom, language)) },
          { text: say('Cause: {0}', inLanguage(cause, language)) },
          { text: say('Remedy: {0}', inLanguage(remedy, language)) },
        ],
      };
    }),
  };
}

export function confirmSection(known: readonly KnownIncident[], language: Language, say: Say): Section {
  return {
    id: 'confirm',
    heading: say('How to confirm'),
    items: known.map(({ incident }) => ({ text: inLanguage(incident.confirm.text, language) })),
  };
}

/** Counters that are no MIB items, each with the command that shows it. */
export function otherCounters({ otherCounters: others = [] }: Incident, language: Language): readonly string[] {
  return others.map((words) => inLanguage(words, language));
}

export function statusText(status: StatusWord, say: Say): string {
  switch (status) {
    case 'present':
      return say('present');
    case 'mitigated':
      return say('mitigated');
    case 'fixed':
      return say('fixed');
    case 'absent':
      return say('absent');
  }
}

/** Evidence is either words of the pack or a quoted piece of source. */
const plainOrCode = (what: string): string => (/[;{}()=>]|->/.test(what) && !what.includes('`') ? code(what) : what);
