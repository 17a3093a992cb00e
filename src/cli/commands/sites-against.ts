import type { SiteChange } from '../../core/paths/compare-sites.ts';
import { matchesQuery, type SiteQuery } from '../../core/paths/site-query.ts';
import { changeCounts, changeDetails, sidesOf, siteOf } from '../../core/report/change-text.ts';
import { siteTitle } from '../../core/report/site-text.ts';
import { type Call, type Status, status } from '../command.ts';

/** Prints what changed since the tree `against` at sites that are, or were, as `query` says. */
export async function printChanges(call: Call, against: string, query: SiteQuery): Promise<Status> {
  const found = call.accept(await call.changesSince(against, call.words));
  if (found === undefined) return status.bad;
  const all: SiteChange[] = [];
  for await (const outcome of found) {
    const value = call.accept(outcome);
    if (value === undefined) continue;
    const changes = value.changes.filter((change) => sidesOf(change).some((site) => matchesQuery(site, query)));
    for (const change of changes) print(call, change);
    all.push(...changes);
    for (const { root, name, line } of value.unparsed)
      call.complain(`${root}/${value.file}:${line} ${name} could not be read whole`, 'look at its changes by eye');
  }
  call.remark(changeCounts(all));
  return status.done;
}

const signs = { added: '+', removed: '-', changed: '~' } as const;

function print(call: Call, change: SiteChange): void {
  if (call.json) {
    call.print(JSON.stringify(change));
    return;
  }
  const site = siteOf(change);
  const place = call.style.bold(`${signs[change.change]} ${site.file}:${site.line}`);
  call.print(`${place}  ${siteTitle(site)}  ${call.style.dim(site.id)}`);
  for (const detail of changeDetails(change)) call.print(`    ${detail}`);
}
