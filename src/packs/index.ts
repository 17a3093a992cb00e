import type { Pack } from '../core/incidents/pack.ts';
import bpf from './bpf.yaml';
import close from './close.yaml';
import conntrack from './conntrack.yaml';
import data from './data.yaml';
import devices from './devices.yaml';
import ip from './ip.yaml';
import ipsec from './ipsec.yaml';
import ipvs from './ipvs.yaml';
import listen from './listen.yaml';
import lookup from './lookup.yaml';
import memory from './memory.yaml';
import mptcp from './mptcp.yaml';
import neighbour from './neighbour.yaml';
import netfilter from './netfilter.yaml';
import ports from './ports.yaml';
import receive from './receive.yaml';
import routing from './routing.yaml';
import timers from './timers.yaml';
import timewait from './timewait.yaml';
import transmit from './transmit.yaml';
import udp from './udp.yaml';

/** The built-in packs, one per area. They are read while bundling, so that starting parses no YAML; what is shipped loads them when they are first asked for. */
export const builtInPacks = (): readonly Pack[] => packs;

const packs: readonly Pack[] = [
  listen,
  lookup,
  data,
  close,
  timers,
  timewait,
  memory,
  ports,
  mptcp,
  routing,
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
