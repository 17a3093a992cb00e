import type { IncidentReport } from '../../core/engine.ts';
import { type Call, type Command, status } from '../command.ts';

export const incidentsCommand: Command = {
  name: 'incidents',
  usage: '--tree DIR [--json] [ID...]',
  summary: 'Whether this tree still has each known incident, with the lines that show it.',
  options: {},
  needsTree: true,
  async run(call) {
    const reports = call.accept(await call.engine.incidents({ ids: call.words }, call.context));
    if (reports === undefined) return status.bad;
    if (call.json) call.print(JSON.stringify(reports));
    else for (const report of reports) print(call, report);
    return status.done;
  },
};

function print(call: Call, report: IncidentReport): void {
  const { style } = call;
  const word = report.status === 'present' ? style.red(report.status) : report.status;
  call.print(`${style.bold(report.id)}  ${word}${report.uncertain === true ? ' (uncertain)' : ''}  ${report.title}`);
  call.print(`    ${report.why}`);
  for (const { file, line, function: name, what } of report.evidence)
    call.print(style.dim(`    ${file}:${line} ${name}  ${what}`));
}
