import type { FileReport } from '../../core/engine.ts';
import { siteTitle } from '../../core/report/site-text.ts';
import { type Call, type Command, status } from '../command.ts';

export const sitesCommand: Command = {
  name: 'sites',
  usage: '--tree DIR [--json] [PATH...]',
  summary: 'Every place where a packet is dropped or a RST is sent; PATH is a file or a folder (net/ without one).',
  options: {},
  needsTree: true,
  async run(call) {
    const found = call.accept(await call.sites(call.words));
    if (found === undefined) return status.bad;
    let count = 0;
    for await (const outcome of found) {
      const report = call.accept(outcome);
      if (report === undefined) continue;
      print(call, report);
      count += report.sites.length;
    }
    if (count > 0) return status.done;
    call.complain(`no site was found in ${call.words.join(' ') || 'net'}`, 'name a file of net/ or a whole folder');
    return status.bad;
  },
};

function print(call: Call, report: FileReport): void {
  for (const site of report.sites) {
    if (call.json) call.print(JSON.stringify(site));
    else call.print(`${call.style.bold(`${site.file}:${site.line}`)}  ${siteTitle(site)}  ${call.style.dim(site.id)}`);
  }
  for (const { name, line, faultLine } of report.unparsed)
    call.complain(
      `${report.file}:${line} ${name} could not be read whole (line ${faultLine})`,
      'its sites may be incomplete: check it by eye',
    );
}
