// Brings what the tests over real trees and real tools need into the cache, outside the project.
//   node test/lab/fetch.mjs trees|debug|tools|checks|all [--fresh]
//     trees   Debian's kernel sources 5.10, 6.1, 6.12 and the newest 7 series            about 1.5 GB
//     debug   6.1's debug kernel and network modules, its stripped image and BTF         about 1.5 GB
//     tools   bpftrace and SystemTap of Debian 12, and 6.1's headers made ready for stap about 0.2 GB
//     checks  libdw, universal-ctags, eu-addr2line, llvm-symbolizer: for checks by hand  up to 0.5 GB
// The cache is $KERNLENS_CACHE, else $XDG_CACHE_HOME/kernlens or ~/.cache/kernlens. What is there and up to date stays;
// a newer package replaces the older one whole. Package lists are asked for anew after twelve hours, or with --fresh.
// Needs apt and dpkg (Debian and its kin), but neither root nor a change to the machine's apt set-up.
import { mkdirSync } from 'node:fs';
import { cacheFolder } from '../../src/build/cache.mjs';
import { Archive } from './fetch/apt.mjs';
import { fetchChecks } from './fetch/checks.mjs';
import { fetchDebug } from './fetch/debug.mjs';
import { fetchTools } from './fetch/tools.mjs';
import { fetchTrees } from './fetch/trees.mjs';
import { Failure } from './fetch/run.mjs';

/** @type {Readonly<Record<string, (archive: Archive) => Promise<void>>>} */
const parts = { trees: fetchTrees, debug: fetchDebug, tools: fetchTools, checks: fetchChecks };
const words = process.argv.slice(2);
const fresh = words.includes('--fresh');
const asked = words.filter((word) => word !== '--fresh');
const names = asked.includes('all') ? Object.keys(parts) : asked;
if (names.length === 0 || names.some((name) => !(name in parts))) {
  process.stderr.write('usage: node test/lab/fetch.mjs trees|debug|tools|checks|all [--fresh]\n');
  process.exit(2);
}

mkdirSync(cacheFolder(), { recursive: true });
const archive = new Archive({ fresh });
const started = Date.now();
const outcomes = await Promise.allSettled(names.map((name) => parts[name]?.(archive)));
const failures = outcomes.flatMap((outcome) =>
  outcome.status === 'rejected' ? (outcome.reason.errors ?? [outcome.reason]) : [],
);
for (const failure of failures) {
  process.stderr.write(`fetch: ${failure instanceof Failure ? failure.message : failure.stack}\n`);
}
const seconds = Math.round((Date.now() - started) / 1000);
process.stdout.write(
  `fetch: ${names.join(', ')} ${failures.length === 0 ? 'ready' : 'incomplete'} in ${cacheFolder()} after ${seconds} s\n`,
);
process.exit(failures.length === 0 ? 0 : 1);
