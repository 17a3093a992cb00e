import { changeWords, type IncidentChange } from '../incidents/compare-reports.ts';
import { statusWords } from '../incidents/select-reports.ts';
import type { IncidentReport } from '../engine.ts';
import { statusText } from './explain-incident.ts';
import { code } from './explanation.ts';
import { changeHeading } from './incident-change-text.ts';
import { escapeText } from './markdown.ts';
import { english, type Say } from './say.ts';

/** A tree as it is named in a report, `linux-6.1`, and its release, `6.1.192`. */
export interface NamedTree {
  readonly name: string;
  readonly release: string;
}

/** The statuses of a tree as Markdown: a table of counts, then each incident with its evidence, the gravest first. */
export function incidentsMarkdown(reports: readonly IncidentReport[], tree: NamedTree, say: Say = english): string {
  const groups = statusWords.map((status) => ({ status, found: reports.filter((each) => each.status === status) }));
  return [
    `# ${say('Known incidents in {0}', escapeText(treeText(tree)))}`,
    groups.map(({ status, found }) => `${escapeText(statusText(status, say))}: ${found.length}`).join(' · '),
    ...groups
      .filter(({ found }) => found.length > 0)
      .flatMap(({ status, found }) => [
        `## ${escapeText(statusText(status, say))}`,
        ...found.map((report) => reportText(report, say)),
      ]),
  ].join('\n\n');
}

/** What changed between two trees as Markdown; what is the same in both is only counted. */
export function incidentChangesMarkdown(
  changes: readonly IncidentChange[],
  { here, there }: { readonly here: NamedTree; readonly there: NamedTree },
  say: Say = english,
): string {
  const groups = changeWords.map((change) => ({ change, found: changes.filter((each) => each.change === change) }));
  return [
    `# ${say('Known incidents in {0}, compared with {1}', escapeText(treeText(here)), escapeText(treeText(there)))}`,
    ...groups
      .filter(({ found }) => found.length > 0)
      .map(({ change, found }) =>
        [
          `## ${escapeText(changeHeading(change, say))}: ${found.length}`,
          ...(change === 'same' ? [] : found.map((each) => changeText(each, { here, there }, say))),
        ].join('\n\n'),
      ),
  ].join('\n\n');
}

const treeText = ({ name, release }: NamedTree): string => (name.includes(release) ? name : `${name} (${release})`);

function reportText(report: IncidentReport, say: Say): string {
  const { id, title, area, why, uncertain } = report;
  const doubt = uncertain === true ? say(' (uncertain)') : '';
  return [
    `### ${escapeText(title)}${doubt}`,
    `${code(id)}, ${escapeText(area)}. ${escapeText(why)}`,
    evidenceText(report),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function evidenceText({ evidence }: IncidentReport): string {
  return evidence
    .map(({ file, line, function: name, what }) => `- ${code(`${file}:${line}`)} ${code(name)}: ${escapeText(what)}`)
    .join('\n');
}

function changeText(
  { id, title, here, there }: IncidentChange,
  trees: { readonly here: NamedTree; readonly there: NamedTree },
  say: Say,
): string {
  const side = (tree: NamedTree, report: IncidentReport): string =>
    [
      `**${escapeText(tree.name)}: ${escapeText(statusText(report.status, say))}.** ${escapeText(report.why)}`,
      evidenceText(report),
    ]
      .filter((part) => part !== '')
      .join('\n\n');
  return [`### ${escapeText(title)} (${code(id)})`, side(trees.here, here), side(trees.there, there)].join('\n\n');
}
