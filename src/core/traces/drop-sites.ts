import type { Drop, Site } from '../model.ts';
import { sourceName } from './source-name.ts';

/** What the tree says. */
export interface TreeSites {
  /** The sites of a file; empty where there are none. */
  readonly sitesIn: (file: string) => Promise<readonly Site[]>;
  /** The name of a number of enum skb_drop_reason, or for a RST of enum sk_rst_reason. */
  readonly reasonName: (number: number, kind: EndKind) => string | undefined;
}

type EndKind = 'drop' | 'reset';

/**
 * The sites that a drop can be at: those on its line, else those of its function that pass its reason on. A line that was
 * not found by debug info tells the file only.
 */
export async function sitesOfDrop(drop: Drop, { sitesIn, reasonName }: TreeSites): Promise<readonly Site[]> {
  const { certainty, locations = [] } = drop;
  const kind: EndKind = drop.kind ?? 'drop';
  const reason = reasonOf(drop, reasonName);
  const isLineKnown = certainty === 'exact' || certainty === 'unverified';
  for (const { file, line } of isLineKnown ? locations : []) {
    const there = (await sitesIn(file)).filter((site) => site.line === line && isOfKind(site, kind));
    if (there.length > 0) return withReason(there, reason, there);
  }
  const own = locations.at(-1);
  const name = sourceName(drop.function ?? '');
  if (own === undefined) return [];
  const inFunction = (await sitesIn(own.file)).filter((site) => site.function === name && isOfKind(site, kind));
  const untold = inFunction.filter((site) => reasonsOf(site).length === 0);
  return reason === undefined ? inFunction : withReason(inFunction, reason, untold);
}

function reasonOf(drop: Drop, reasonName: TreeSites['reasonName']): string | undefined {
  const { reason, reasonNumber } = drop;
  const kind: EndKind = drop.kind ?? 'drop';
  if (reason === undefined) return reasonNumber === undefined ? undefined : reasonName(reasonNumber, kind);
  const prefix = kind === 'reset' ? 'SK_RST_REASON_' : 'SKB_DROP_REASON_';
  return reason.startsWith(prefix) ? reason : prefix + reason;
}

/** Those that pass a reason on, or what to take where none does. */
function withReason(sites: readonly Site[], reason: string | undefined, otherwise: readonly Site[]): readonly Site[] {
  const fitting = sites.filter((site) => reason !== undefined && reasonsOf(site).includes(reason));
  return fitting.length > 0 ? fitting : otherwise;
}

const reasonsOf = (site: Site): readonly string[] => (site.kind === 'reset' ? site.rstReasons : site.reasons);

const isOfKind = (site: Site, kind: EndKind): boolean => (site.kind === 'reset') === (kind === 'reset');
