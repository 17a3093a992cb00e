import type { FileReport } from '../../core/engine.ts';
import { matchesQuery, parseSiteQuery, type SiteQuery } from '../../core/paths/site-query.ts';
import { sitesInFiles } from '../../core/report/count-text.ts';
import { siteTitle } from '../../core/report/site-text.ts';
import type { BuiltAs } from '../../core/tree/kbuild.ts';
import { openBuiltFiles } from '../../host/built-files.ts';
import { type Call, type Command, status, text } from '../command.ts';
import { printChanges } from './sites-against.ts';

export const sitesCommand: Command = {
  name: 'sites',
  usage: '--tree DIR [--where QUERY] [--against DIR] [--json] [PATH...]',
  summary:
    'Every place where a packet is dropped or a RST is sent; PATH is a file or a folder (net/ without one). ' +
    'QUERY is like "counter:TcpExtListenDrops kind:drop listen" (also function:, file:, reason:, sysctl:, incident:). ' +
    '--against tells what was added, removed or changed since another tree.',
  options: { where: { type: 'string' }, against: { type: 'string' } },
  needsTree: true,
  async run(call) {
    const where = text(call, 'where') ?? '';
    const query = parseSiteQuery(where);
    call.accept(query);
    if (query.problems.length > 0) return status.usage;
    const against = text(call, 'against');
    if (against !== undefined) return printChanges(call, against, query.value);
    const { sites, files } = await printSites(call, query.value);
    if (files === undefined) return status.bad;
    if (sites > 0) {
      call.remark(sitesInFiles(sites, files));
      return status.done;
    }
    const place = call.words.join(' ') || 'net';
    if (where === '') call.complain(`no site was found in ${place}`, 'name a file of net/ or a whole folder');
    else call.complain(`no site of ${place} is ${where}`, 'check the names, or ask for less');
    return status.bad;
  },
};

/** Counts what it prints; without files where there was nothing to look at. */
async function printSites(call: Call, query: SiteQuery): Promise<{ readonly sites: number; readonly files?: number }> {
  const found = call.accept(await call.sites(call.words));
  if (found === undefined) return { sites: 0 };
  const builtAs = openBuiltFiles(call.root);
  let [sites, files] = [0, 0];
  for await (const outcome of found) {
    const report = call.accept(outcome);
    if (report === undefined) continue;
    const built = call.json && report.sites.length > 0 ? await builtAs(report.file) : undefined;
    const printed = print(call, report, query, built);
    sites += printed;
    files += Math.min(printed, 1);
  }
  return { sites, files };
}

function print(call: Call, report: FileReport, query: SiteQuery, built: BuiltAs | undefined): number {
  const sites = report.sites.filter((site) => matchesQuery(site, query));
  for (const site of sites) {
    if (call.json) call.print(JSON.stringify(built === undefined ? site : { ...site, built }));
    else call.print(`${call.style.bold(`${site.file}:${site.line}`)}  ${siteTitle(site)}  ${call.style.dim(site.id)}`);
  }
  for (const { name, line, faultLine } of report.unparsed)
    call.complain(
      `${report.file}:${line} ${name} could not be read whole (line ${faultLine})`,
      'its sites may be incomplete: check it by eye',
    );
  return sites.length;
}
