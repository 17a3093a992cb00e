import type { Pack } from '../core/incidents/pack.ts';
import bpf from './bpf.yaml';
import conntrack from './conntrack.yaml';
import devices from './devices.yaml';
import ip from './ip.yaml';
import ipsec from './ipsec.yaml';
import ipvs from './ipvs.yaml';
import listen from './listen.yaml';
import lookup from './lookup.yaml';
import neighbour from './neighbour.yaml';
import netfilter from './netfilter.yaml';
import receive from './receive.yaml';
import transmit from './transmit.yaml';
import udp from './udp.yaml';

/** The built-in packs, one per area. They are read while bundling, so that starting parses no YAML. */
export const builtInPacks: readonly Pack[] = [
  listen,
  lookup,
  ip,
  ipsec,
  udp,
  conntrack,
  netfilter,
  ipvs,
  neighbour,
  receive,
  transmit,
  devices,
  bpf,
];
