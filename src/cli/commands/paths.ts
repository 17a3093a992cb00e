import type { Ways } from '../../core/engine.ts';
import type { Guard, Path } from '../../core/model.ts';
import { siteTitle } from '../../core/report/site-text.ts';
import { type Call, type Command, status, UsageError } from '../command.ts';

export const pathsCommand: Command = {
  name: 'paths',
  usage: '--tree DIR [--json] FILE:LINE',
  summary: 'Every path to the site (or label, or into the function) at that line, with what must be true on it.',
  options: {},
  needsTree: true,
  async run(call) {
    const place = /^(.+):(\d+)$/.exec(call.words[0] ?? '');
    if (place === null || call.words.length !== 1) throw new UsageError('one FILE:LINE is needed');
    const [, file = '', line = ''] = place;
    const ways = call.accept(await call.engine.paths({ file, line: Number(line) }, call.context));
    if (ways === undefined) return status.bad;
    if (call.json) call.print(JSON.stringify(ways.paths));
    else print(call, ways);
    return status.done;
  },
};

function print(call: Call, ways: Ways): void {
  const { subject } = ways;
  for (const site of ways.sites) call.print(call.style.bold(`${site.file}:${site.line}  ${siteTitle(site)}`));
  for (const path of ways.paths) printPath(call, subject.file, path);
  for (const caller of ways.callers) {
    call.print(`${subject.file}:${caller.line}  ${caller.function}`);
    for (const guard of caller.guards) call.print(guardLine(call, subject.file, guard));
  }
}

function printPath(call: Call, file: string, path: Path): void {
  const reason = path.reason === undefined ? '' : `  ${call.style.yellow(path.reason)}`;
  call.print(`${file}:${path.entry.line}  ${path.entry.text ?? path.entry.kind}${reason}`);
  for (const guard of path.guards) call.print(guardLine(call, file, guard));
  for (const condition of path.preprocessor ?? []) call.print(`    #if ${condition}`);
}

function guardLine(call: Call, file: string, guard: Guard): string {
  const line = `    ${file}:${guard.line}  ${guard.holds ? 'true ' : 'false'}  ${guard.text}`;
  return guard.early === true ? call.style.dim(line) : line;
}
