/** Notes on the command line: written in one tree, listed in another. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { anchorAt } from '../../src/core/notes/anchor-at.ts';
import { editNotes } from '../../src/core/notes/edit-notes.ts';
import type { Note, NotePlace } from '../../src/core/notes/note.ts';
import { runCli } from '../lab/cli.ts';
import { factsOnDisk } from '../lab/facts-source.ts';
import { treePath } from '../lab/trees.ts';

const [before, now] = [treePath('5.10'), treePath('6.12')];
const skip = before === undefined || now === undefined ? 'no trees: node test/lab/fetch.mjs trees' : false;
const scratch = mkdtempSync(path.join(tmpdir(), 'kernlens-notes-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

/** Each with the text of its line there, and of the line it is expected at in the newer tree; none for a lost one. */
const cases: readonly (readonly [id: string, file: string, line: string, confidence: string, there?: RegExp])[] = [
  ['same', 'net/ipv4/tcp_ipv4.c', 'no_tcp_socket:', 'same', /^no_tcp_socket:/],
  ['moved', 'net/netfilter/nf_log_common.c', '\tnf_log_buf_add(m, "PROTO=TCP ");', 'moved', /"PROTO=TCP "/],
  [
    'changed',
    'net/ipv4/inet_hashtables.c',
    'static struct sock *inet_lhash2_lookup(',
    'changed',
    /inet_lhash2_lookup\(const/,
  ],
  ['removed', 'net/wimax/op-reset.c', 'int wimax_reset(', 'lost'],
];

async function writtenNotes(tree: string): Promise<string> {
  const source = factsOnDisk(tree);
  let text = '';
  for (const [id, file, line] of cases) {
    const facts = await source.facts(file);
    assert.ok(typeof facts === 'object', file);
    const at = facts.text.split('\n').findIndex((each) => each.startsWith(line)) + 1;
    const anchor = anchorAt(file, facts, at, '5.10');
    assert.ok(anchor, id);
    const note: Note = { id, title: `Note ${id}`, severity: 'info', anchor };
    const edited = editNotes(text, { do: 'add', note });
    assert.ok('text' in edited);
    text = edited.text;
  }
  return text;
}

test('notes written in 5.10 are found in 6.12, or said to be lost', { skip }, async () => {
  const file = path.join(scratch, 'notes.yaml');
  writeFileSync(file, await writtenNotes(before ?? ''));
  const run = runCli(['notes', '--tree', now ?? '', '--notes', file, '--json']);
  assert.equal(run.status, 0, run.err);
  const found = new Map((JSON.parse(run.out) as (Note & { place: NotePlace })[]).map((each) => [each.id, each.place]));
  for (const [id, , , confidence, there] of cases) {
    const place = found.get(id);
    assert.equal(place?.confidence, confidence, id);
    if (there === undefined || place === undefined || place.confidence === 'lost') continue;
    const text = readFileSync(path.join(now ?? '', place.file), 'utf8').split('\n')[place.line - 1] ?? '';
    assert.match(text, there, id);
  }
  const lost = runCli(['notes', '--tree', now ?? '', '--notes', file, '--status', 'lost']);
  assert.match(
    lost.out,
    /Note removed {2}info {2}lost\n {4}last seen at net\/wimax\/op-reset\.c:\d+ wimax_reset, 5\.10\n {4}This tree has no/,
  );
  assert.doesNotMatch(lost.out, /Note same/);
  const markdown = runCli(['notes', '--tree', now ?? '', '--notes', file, '--markdown']).out;
  assert.match(markdown, /^# Notes on .*\n\n## `net\/ipv4\/inet_hashtables\.c`\n\n### Note /);
  const tour = JSON.parse(runCli(['notes', '--tree', now ?? '', '--notes', file, '--tour']).out) as {
    steps: unknown[];
  };
  assert.equal(tour.steps.length, [...found.values()].filter((place) => place.confidence !== 'lost').length);
});

test('files of notes are checked; what is bad is said with its place, and the right exit status', { skip }, () => {
  const root = now ?? '';
  const bad = path.join(process.cwd(), 'test/fixtures/notes-bad/line-zero.yaml');
  const good = path.join(scratch, 'empty.yaml');
  writeFileSync(good, 'format: 1\nnotes: []\n');
  const answers: readonly (readonly [words: readonly string[], status: number, out: RegExp])[] = [
    [['notes', 'check', good], 0, /1 files, 0 notes to use, 0 faults/],
    [['notes', 'check', bad], 1, /line-zero\.yaml:13:21: a whole number from 1 is wanted here, not number/],
    [['notes', 'check', '--json', bad], 1, /"kind":"wrong-type"/],
    [['notes', 'check'], 2, /the files to check are missing/],
    [['notes', 'chek', good, '--tree', root], 2, /chek is not something to do with notes/],
    [['notes', '--tree', root, '--notes', path.join(scratch, 'none.yaml')], 1, /there is no file .*none\.yaml/],
    [['notes', '--tree', root, '--notes', bad], 1, /line-zero\.yaml:13:21: .*\n/],
    [['notes', '--tree', root, '--notes', good, '--status', 'gone'], 2, /gone is no status of a note/],
    [['notes', '--tree', scratch], 1, /is not a Linux tree/],
    [['schema', 'notes'], 0, /KernLens notes/],
  ];
  for (const [words, status, expected] of answers) {
    const run = runCli(words);
    assert.equal(run.status, status, words.join(' '));
    assert.match(run.out + run.err, expected, words.join(' '));
  }
});
