/**
 * Notes that move with the code: statements drawn at random in one tree, each looked for in the next. What diff maps
 * between unchanged neighbours is the truth; what it does not map is only counted (KERNLENS_UNMAPPED=1 prints it, for
 * reading by hand).
 */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { FactsOfFile, FactsSource } from '../../src/core/incidents/facts-source.ts';
import { anchorAt } from '../../src/core/notes/anchor-at.ts';
import { findNote } from '../../src/core/notes/find-note.ts';
import type { NoteAnchor, NotePlace } from '../../src/core/notes/note.ts';
import { unitsOf } from '../../src/core/notes/units.ts';
import { factsOnDisk } from '../lab/facts-source.ts';
import { lineMap } from '../lab/line-map.ts';
import { type TreeName, treePath } from '../lab/trees.ts';

const files = [
  'net/ipv4/tcp_ipv4.c',
  'net/ipv4/tcp_input.c',
  'net/ipv4/inet_hashtables.c',
  'net/ipv4/ip_input.c',
  'net/core/dev.c',
  'net/netfilter/nf_conntrack_proto_tcp.c',
  'net/netfilter/ipvs/ip_vs_xmit.c',
  'net/ipv6/tcp_ipv6.c',
  'net/ipv4/inet_connection_sock.c',
  'net/core/skbuff.c',
];
const perFile = 20;
const steps: readonly (readonly [TreeName, TreeName])[] = [
  ['5.10', '6.1'],
  ['6.1', '6.12'],
  ['6.12', '7.x'],
];

interface Tally {
  right: number;
  lost: number;
  readonly wrong: string[];
  /** Followed where diff has no answer: `from -> to`, for reading by hand. */
  readonly unmapped: string[];
}

for (const [from, to] of steps) {
  test(`notes of ${from} in ${to}`, async (context) => {
    const first = treePath(from);
    const second = treePath(to);
    if (first === undefined || second === undefined)
      return context.skip(`no tree ${from} or ${to}: node test/lab/fetch.mjs trees`);
    const tally = await follow(first, second);
    const truths = tally.right + tally.lost + tally.wrong.length;
    context.diagnostic(
      `${truths} that still exist: ${tally.right} followed, ${tally.lost} lost, ${tally.wrong.length} wrong; ${tally.unmapped.length} more followed`,
    );
    assert.ok(truths >= 100, `only ${truths} statements to judge by`);
    assert.deepEqual(tally.wrong, []);
    assert.ok(tally.right >= truths * 0.9, `${tally.right} of ${truths}`);
    if (process.env['KERNLENS_UNMAPPED'] !== undefined) console.log(tally.unmapped.join('\n'));
  });
}

async function follow(first: string, second: string): Promise<Tally> {
  const tally: Tally = { right: 0, lost: 0, wrong: [], unmapped: [] };
  const [one, other] = [factsOnDisk(first), factsOnDisk(second)];
  for (const file of files) {
    if (!existsSync(path.join(first, file)) || !existsSync(path.join(second, file))) continue;
    const map = lineMap(path.join(first, file), path.join(second, file), 3);
    for (const anchor of await drawnFrom(one, file)) {
      const place = await findNote(anchor, other, async () => []);
      judge(tally, { anchor, place, truth: map.get(anchor.seen.line) }, await readAt(other, place));
    }
  }
  return tally;
}

/** Statements at equal distances through the file, so that the draw is the same on every machine. */
async function drawnFrom(source: FactsSource, file: string): Promise<readonly NoteAnchor[]> {
  const facts = await source.facts(file);
  if (!isRead(facts)) return [];
  const lines = facts.facts.functions.flatMap((fn) => unitsOf(fn, facts.text).map((unit) => unit.line));
  const drawn = Array.from(
    { length: perFile },
    (_, index) => lines[Math.floor(((index + 0.37) * lines.length) / perFile)] ?? 1,
  );
  return drawn.flatMap((line) => anchorAt(file, facts, line) ?? []);
}

const isRead = (facts: FactsOfFile | 'unreadable' | undefined): facts is FactsOfFile => typeof facts === 'object';

interface Followed {
  readonly anchor: NoteAnchor;
  readonly place: NotePlace;
  readonly truth: number | undefined;
}

function judge(tally: Tally, { anchor, place, truth }: Followed, text: string): void {
  const from = `${anchor.file}:${anchor.seen.line}`;
  if (truth === undefined) {
    if (place.confidence !== 'lost')
      tally.unmapped.push(`${from}\t${place.line}\t${place.confidence}\t${anchor.statement}\t${text}`);
  } else if (place.confidence === 'lost') tally.lost++;
  else if (place.line === truth) tally.right++;
  else tally.wrong.push(`${from} is ${truth}, not ${place.line}: ${anchor.statement}`);
}

async function readAt(source: FactsSource, place: NotePlace): Promise<string> {
  if (place.confidence === 'lost') return '';
  const facts = await source.facts(place.file);
  return isRead(facts) ? (facts.text.split('\n')[place.line - 1] ?? '').trim() : '';
}
