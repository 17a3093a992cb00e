import type { Evidence, IncidentStatus } from '../model.ts';
import type { FactsSource } from './facts-source.ts';
import { findAnchor, type AnchorFinding, type Doubt } from './find-anchor.ts';
import type { AnchorRole, Incident, StatusRule } from './pack.ts';
import { chooseRule } from './status-rules.ts';
import { inLanguage, type Language } from './words.ts';

/** What a tree says of an incident. */
export interface Assessment extends IncidentStatus {
  /** Every place where an anchor holds, in the pack's order; `evidence` has the ones that decided. */
  readonly anchors: readonly AnchorPlace[];
  /** Set where the answer rests on a function that could not be read whole; then `why` says so too. */
  readonly uncertain?: true;
  /** Those functions. */
  readonly doubts?: readonly Doubt[];
  /** Which of the incident's status rules held, counted from 0. */
  readonly rule: number;
}

export interface AnchorPlace {
  /** The anchor's id in the pack. */
  readonly id: string;
  readonly role: AnchorRole;
  readonly file: string;
  readonly function: string;
  readonly line: number;
  readonly column: number;
  readonly label?: string;
  /** The source there, on one line. */
  readonly text: string;
}

/**
 * The incident's status in a tree, decided by the shape of its code alone. Each anchor that decided is shown once,
 * at the first place where it holds. Where a function could not be read whole, the gravest answer that may be true
 * is given and marked uncertain.
 */
export async function assess(incident: Incident, source: FactsSource, language: Language = 'en'): Promise<Assessment> {
  const findings = await Promise.all(incident.anchors.map((anchor) => findAnchor(anchor, source)));
  const { rule, index, uncertain } = chooseRule(incident.status, findings);
  const doubts = uncertain ? doubtsOf(incident.status, findings) : [];
  return {
    id: incident.id,
    title: inLanguage(incident.title, language),
    status: rule.status,
    why: uncertain ? doubtfully(inLanguage(rule.why, language), doubts, language) : inLanguage(rule.why, language),
    evidence: evidenceOf(rule, findings, language),
    anchors: findings.flatMap(placesOf),
    rule: index,
    ...(uncertain ? { uncertain, doubts } : {}),
  };
}

function evidenceOf(rule: StatusRule, findings: readonly AnchorFinding[], language: Language): readonly Evidence[] {
  const ids = [...(rule.when?.all ?? []), ...(rule.when?.any ?? []), ...(rule.also ?? [])];
  return [...new Set(ids)].flatMap((id) => {
    const finding = findings.find(({ anchor }) => anchor.id === id);
    const match = finding?.matches[0];
    if (!finding || !match) return [];
    const what = finding.anchor.what === undefined ? match.text : inLanguage(finding.anchor.what, language);
    return [{ file: match.file, line: match.place.line, function: match.function, what }];
  });
}

function placesOf({ anchor, matches }: AnchorFinding): readonly AnchorPlace[] {
  return matches.map(({ file, function: name, place, text, label }) => ({
    id: anchor.id,
    role: anchor.role,
    file,
    function: name,
    line: place.line,
    column: place.column,
    text,
    ...(label === undefined ? {} : { label }),
  }));
}

/** Of the anchors that rules ask for, each function once. */
function doubtsOf(rules: readonly StatusRule[], findings: readonly AnchorFinding[]): readonly Doubt[] {
  const asked = new Set(
    rules.flatMap(({ when }) => [...(when?.all ?? []), ...(when?.any ?? []), ...(when?.none ?? [])]),
  );
  const all = findings.filter(({ anchor }) => asked.has(anchor.id)).flatMap(({ doubts }) => doubts);
  return [...new Map(all.map((doubt) => [`${doubt.file}:${doubt.line}`, doubt])).values()];
}

function doubtfully(why: string, doubts: readonly Doubt[], language: Language): string {
  const places = doubts.map(({ file, function: name, line }) => `${name} (${file}:${line})`).join(', ');
  return language === 'en'
    ? `Uncertain, because ${places} could not be read whole. The gravest that may hold: ${why}`
    : `不确定：${places} 未能完整解析。可能成立的最严重情况：${why}`;
}
