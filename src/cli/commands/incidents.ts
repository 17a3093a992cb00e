import path from 'node:path';
import type { Engine, IncidentReport } from '../../core/engine.ts';
import { compareReports } from '../../core/incidents/compare-reports.ts';
import { isSelected, type Selection, statusWords } from '../../core/incidents/select-reports.ts';
import { changeHeading } from '../../core/report/incident-change-text.ts';
import { incidentChangesMarkdown, incidentsMarkdown, type NamedTree } from '../../core/report/incidents-markdown.ts';
import { type Call, type Command, listed, type Status, status, text, UsageError } from '../command.ts';

export const incidentsCommand: Command = {
  name: 'incidents',
  usage: '--tree DIR [--status WORD,...] [--area AREA,...] [--against DIR] [--json|--markdown] [ID...]',
  summary:
    'Whether this tree still has each known incident, with the lines that show it. WORD is present, mitigated, fixed ' +
    'or absent. --against tells what is different in another tree.',
  options: {
    status: { type: 'string', multiple: true },
    area: { type: 'string', multiple: true },
    against: { type: 'string' },
    markdown: { type: 'boolean' },
  },
  needsTree: true,
  async run(call) {
    const selection = selectionOf(call);
    const against = text(call, 'against');
    if (against !== undefined) return printChanges(call, against, selection);
    const reports = await ask(call, call.engine);
    const chosen = reports?.filter((report) => isSelected(report, selection));
    if (reports === undefined || chosen === undefined) return status.bad;
    if (call.json) call.print(JSON.stringify(chosen));
    else if (isMarkdown(call)) call.print(incidentsMarkdown(chosen, await named(call, call.engine, call.root)));
    else for (const report of chosen) print(call, report);
    call.remark(`${chosen.length} of ${reports.length} incidents`);
    return ended(call, chosen, reports);
  },
};

function selectionOf(call: Call): Selection {
  const isStatus = (word: string): word is Selection['statuses'][number] => statusWords.some((each) => each === word);
  const wanted = listed(call, 'status');
  const unknown = wanted.find((word) => !isStatus(word));
  if (unknown !== undefined) throw new UsageError(`${unknown} is no status (${statusWords.join(', ')})`);
  return { statuses: wanted.filter(isStatus), areas: listed(call, 'area') };
}

const isMarkdown = (call: Call): boolean => call.options['markdown'] === true;

async function ask(call: Call, engine: Engine): Promise<readonly IncidentReport[] | undefined> {
  return call.accept(await engine.incidents({ ids: call.words }, call.context));
}

async function named(call: Call, engine: Engine, root: string): Promise<NamedTree> {
  const tree = call.accept(await engine.tree({}, call.context));
  return { name: path.basename(root), release: tree?.release ?? '' };
}

/** An area that nobody has is a mistake; that nothing has a status is an answer. */
function ended(call: Call, chosen: readonly IncidentReport[], reports: readonly IncidentReport[]): Status {
  const areas = [...new Set(reports.map(({ area }) => area))].sort();
  const unknown = listed(call, 'area').filter((area) => !areas.includes(area));
  if (unknown.length === 0 || chosen.length > 0) return status.done;
  call.complain(`no incident is of the area ${unknown.join(', ')}`, `areas are ${areas.join(', ')}`);
  return status.bad;
}

async function printChanges(call: Call, against: string, selection: Selection): Promise<Status> {
  const other = call.accept(call.engineOf(against));
  const here = await ask(call, call.engine);
  const there = other && (await ask(call, other));
  if (other === undefined || here === undefined || there === undefined) return status.bad;
  const all = compareReports(here, there);
  const changes = all.filter((each) => [each.here, each.there].some((report) => isSelected(report, selection)));
  if (call.json) call.print(JSON.stringify(changes));
  else if (isMarkdown(call)) {
    const trees = { here: await named(call, call.engine, call.root), there: await named(call, other, against) };
    call.print(incidentChangesMarkdown(changes, trees));
  } else
    for (const { change, here: now, there: then } of changes) {
      if (change === 'same') continue;
      call.print(call.style.bold(`${changeHeading(change)}:`));
      print(call, now, path.basename(call.root));
      print(call, then, path.basename(against));
    }
  const same = changes.filter(({ change }) => change === 'same').length;
  call.remark(`${changes.length - same} of ${changes.length} incidents differ`);
  return status.done;
}

function print(call: Call, report: IncidentReport, tree?: string): void {
  const { style } = call;
  const word = report.status === 'present' ? style.red(report.status) : report.status;
  const where = tree === undefined ? '' : `${tree}  `;
  const doubt = report.uncertain === true ? ' (uncertain)' : '';
  call.print(`${where}${style.bold(report.id)}  ${word}${doubt}  ${report.title}`);
  call.print(`    ${report.why}`);
  for (const { file, line, function: name, what } of report.evidence)
    call.print(style.dim(`    ${file}:${line} ${name}  ${what}`));
}
