import type { Pack } from '../core/incidents/pack.ts';
import conntrack from './conntrack.yaml';
import ipvs from './ipvs.yaml';
import listen from './listen.yaml';
import lookup from './lookup.yaml';

/** The built-in packs, one per area. They are read while bundling, so that starting parses no YAML. */
export const builtInPacks: readonly Pack[] = [listen, lookup, conntrack, ipvs];
