/** Notes without a tree: their files, what is made of them, and how they are followed in C written for it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { faultText } from '../../src/core/incidents/fault-text.ts';
import { findAnchor } from '../../src/core/incidents/find-anchor.ts';
import { notesJsonSchema } from '../../src/core/incidents/json-schema.ts';
import { readPack } from '../../src/core/incidents/read-pack.ts';
import { anchorAt } from '../../src/core/notes/anchor-at.ts';
import { editNotes, type NotesEdit } from '../../src/core/notes/edit-notes.ts';
import { notesJson, notesMarkdown, notesTour } from '../../src/core/notes/export-notes.ts';
import { findNote } from '../../src/core/notes/find-note.ts';
import { type FoundNote, isWanted } from '../../src/core/notes/found-note.ts';
import { idFromTitle } from '../../src/core/notes/note-id.ts';
import type { Note, NotePlace } from '../../src/core/notes/note.ts';
import { promoteNote } from '../../src/core/notes/promote-note.ts';
import { readNotes } from '../../src/core/notes/read-notes.ts';
import { memoryFacts } from '../lab/facts-source.ts';

const file = 'net/ipv4/sample.c';
const source = `static const int limit = 3;

static int sample_rcv(struct sk_buff *skb)
{
	struct sock *sk;
	int i;

	sk = sample_lookup(skb, 0);
	if (!sk || sk->state == CLOSED)
		goto no_socket;
	switch (sk->state) {
	case LISTEN:
		return sample_listen(sk, skb);
	default:
		break;
	}
	for (i = 0; i < limit; i++)
		sk->seen += i;
	if (sk->early)
		return (i > 0 && (i < 2));
	while (!sample_done(sk))
		sk = sample_next(sk);
	sk->state = OPEN;
	return -EINVAL;

no_socket:
	kfree_skb(skb);
	return 0;
}
`;

async function noteAt(text: string, extra: Partial<Note> = {}, c: string = source): Promise<Note> {
  const facts = await memoryFacts({ [file]: c }).facts(file);
  assert.ok(typeof facts === 'object');
  const line = c.split('\n').findIndex((each) => each.includes(text)) + 1;
  const anchor = anchorAt(file, facts, line, '6.1.1');
  assert.ok(anchor, `an anchor at ${text}`);
  return { id: 'a-note', title: 'A note', severity: 'warning', anchor, ...extra };
}

const textOf = (text: string, edit: NotesEdit): string => {
  const edited = editNotes(text, edit);
  assert.ok('text' in edited, JSON.stringify(edited));
  return edited.text;
};

test('a note is added to a new file, and read again as it was', async () => {
  const note = await noteAt('kfree_skb', { text: 'Two\nlines: with # and "quotes"', ticket: 'https://example.org/7' });
  const text = textOf('', { do: 'add', note });
  assert.deepEqual(readNotes(text), { value: { format: 1, notes: [note] }, problems: [] });
  assert.match(text, /^format: 1\nnotes:\n {2}- id: a-note\n/);
});

test('changing and deleting keep comments, order, unknown keys of other notes and line ends', async () => {
  const first = await noteAt('kfree_skb');
  const second = await noteAt('sample_lookup', { id: 'second', text: 'kept' });
  const both = textOf(textOf('', { do: 'add', note: first }), { do: 'add', note: second });
  const commented = `# ours\n${both.replace('    title: A note', '    title: A note # said in May')}`.replaceAll(
    '\n',
    '\r\n',
  );
  const changed = textOf(commented, {
    do: 'replace',
    id: 'second',
    note: { ...(await noteAt('sample_lookup', { id: 'second' })), title: 'New' },
  });
  assert.match(changed, /^# ours\r\nformat: 1\r\n/);
  assert.match(changed, /title: A note # said in May\r\n/);
  assert.match(changed, /title: New\r\n/);
  assert.doesNotMatch(changed, /kept|[^\r]\n/);
  const left = textOf(changed, { do: 'delete', id: 'second' });
  assert.deepEqual(readNotes(left).value?.notes, [first]);
  assert.match(left, /said in May/);
  assert.equal(readNotes(textOf(left, { do: 'delete', id: 'a-note' })).problems.length, 0);
});

test('what is no list of notes is never written over', async () => {
  const note = await noteAt('kfree_skb');
  for (const text of [
    'notes: [',
    'just text',
    '- a\n- b\n',
    'format: 2\nnotes: []\n',
    'format: 1\nnotes: {}\n',
    '\uFFFD',
    ' '.repeat(2_000_001),
    'format: 1\nnotes: []\n# M\uFFFDller\n',
    'format: 1\nnotes: []\n---\nmore: 1\n',
  ])
    assert.ok(!('text' in editNotes(text, { do: 'add', note })), JSON.stringify(text.slice(0, 40)));
  assert.deepEqual(editNotes('format: 1\nnotes: []\n', { do: 'delete', id: 'x' }), { missing: 'x' });
  const bad = editNotes('', { do: 'add', note: { ...note, title: 'hidden \u202e' } });
  assert.ok('faults' in bad && bad.faults[0]?.kind === 'bad-character');
});

test('a note with a fault stays in the file, and can be replaced', async () => {
  const note = await noteAt('kfree_skb');
  const text = textOf('', { do: 'add', note }).replace('severity: warning', 'severity: grave');
  assert.deepEqual(readNotes(text).value?.notes, []);
  const more = textOf(text, { do: 'add', note: { ...note, id: 'other' } });
  assert.match(more, /severity: grave/);
  assert.equal(readNotes(textOf(more, { do: 'replace', id: 'a-note', note })).value?.notes.length, 2);
});

for (const [title, taken, id] of [
  ['The listener lock is hot', [], 'the-listener-lock-is-hot'],
  ['Größe: 3 × zu groß', [], 'gro-e-3-zu-gro'],
  ['监听队列', [], 'note'],
  ['监听队列', ['note', 'note-2'], 'note-3'],
  ['3 ways', [], 'note-3-ways'],
  ['x'.repeat(90), [], 'x'.repeat(48)],
  ["Don't drop", ['dont-drop'], 'dont-drop-2'],
] as const)
  test(`the id of ${title.slice(0, 30)}`, () => {
    const made = idFromTitle(title, taken);
    assert.match(made, /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/);
    assert.equal(made, id);
  });

const badFolder = path.join(process.cwd(), 'test/fixtures/notes-bad');
const expected = readFileSync(path.join(badFolder, 'expected.txt'), 'utf8').trim().split('\n\n');

test('every bad file of notes is expected', () => {
  const files = readdirSync(badFolder).filter((name) => name.endsWith('.yaml'));
  assert.deepEqual(expected.map((block) => block.split('\n')[0] ?? '').toSorted(), files.toSorted());
});

for (const block of expected) {
  const [name = '', ...lines] = block.split('\n').map((line) => line.trim());
  test(`bad notes: ${name}`, () => {
    const { value, problems } = readNotes(readFileSync(path.join(badFolder, name), 'utf8'));
    const left = value === undefined ? '= unreadable' : ['=', ...value.notes.map(({ id }) => id)].join(' ');
    assert.deepEqual([...problems.map(({ line, column, kind }) => `${line}:${column} ${kind}`), left], lines);
    for (const problem of problems) assert.doesNotMatch(faultText(problem), /^.{0,9}$|\{\d\}|\bpack/);
  });
}

test('the example of docs/notes.md is without fault', () => {
  const [, example = ''] = /```yaml\n([^`]*)```/.exec(readFileSync('docs/notes.md', 'utf8')) ?? [];
  const { value, problems } = readNotes(example);
  assert.deepEqual(problems, []);
  assert.equal(value?.notes.length, 1);
});

test('the JSON Schema has each key of a note and refuses others', () => {
  const text = JSON.stringify(notesJsonSchema());
  for (const key of ['format', 'notes', 'id', 'title', 'severity', 'ticket', 'anchor', 'statement', 'before', 'seen'])
    assert.match(text, new RegExp(`"${key}":`));
  assert.match(text, /"minimum":1/);
  assert.match(text, /"additionalProperties":false/);
});

const hostile = 'A `b` [x](command:evil) <b> *c* https://e.org\n>> rm -rf /\n- item\n1. one\n# head';

async function foundNotes(): Promise<readonly FoundNote[]> {
  const place: NotePlace = { confidence: 'changed', file, function: 'sample_rcv', line: 27 };
  return [
    {
      note: await noteAt('kfree_skb', { id: 'lost', title: 'Gone' }),
      place: { confidence: 'lost', why: 'no-statement' },
    },
    {
      note: await noteAt('kfree_skb', {
        title: hostile.split('\n')[0] ?? '',
        text: hostile,
        ticket: 'https://e.org/<x>',
      }),
      place,
    },
    { note: await noteAt('sample_lookup', { id: 'first' }), place: { ...place, confidence: 'same', line: 8 } },
  ];
}

test('Markdown: by file and line, text as text, the lost at the end without a line of theirs', async () => {
  const text = notesMarkdown(await foundNotes(), { name: 'linux', release: '6.1' });
  assert.deepEqual(text.match(/^#+ .*$/gm), [
    '# Notes on linux (6.1)',
    `## \`${file}\``,
    '### A note',
    '### A \\`b\\` \\[x\\](command:evil) \\<b\\> \\*c\\* https://e.org',
    '## Lost',
    '### Gone',
  ]);
  assert.match(text, /\*\*changed:\*\* The statement was changed: it was kfree\\_skb/);
  assert.match(text, /\\- item {2}\n1\\. one {2}\n\\# head/);
  assert.match(text, /last seen at `net\/ipv4\/sample\.c:27 sample_rcv, 6\.1\.1`/);
});

test('CodeTour: a step with file and line for each that has one, the lost in the description alone', async () => {
  const tour = JSON.parse(notesTour(await foundNotes(), 'Notes')) as Record<string, unknown>;
  assert.deepEqual(Object.keys(tour), ['$schema', 'title', 'description', 'steps']);
  assert.match(
    String(tour['description']),
    /Gone \(net\/ipv4\/sample\.c:27 sample_rcv, 6\.1\.1\): sample_rcv has no such statement/,
  );
  const steps = tour['steps'] as readonly Record<string, unknown>[];
  assert.deepEqual(
    steps.map(({ file: at, line }) => [at, line]),
    [
      [file, 8],
      [file, 27],
    ],
  );
  for (const step of steps) assert.doesNotMatch(String(step['description']), /^>>|(?<!\\)\[/m);
});

test('JSON has each note with its place; the filter finds words, files, severities and confidence', async () => {
  const found = await foundNotes();
  const listed = JSON.parse(notesJson(found)) as (Note & { place: NotePlace })[];
  assert.deepEqual(
    listed.map(({ id, place }) => `${id} ${place.confidence}`),
    ['first same', 'lost lost', 'a-note changed'],
  );
  const ids = (filter: string): readonly string[] =>
    found.filter((each) => isWanted(each, filter)).map(({ note }) => note.id);
  assert.deepEqual(ids('LOST gone'), ['lost']);
  assert.deepEqual(ids('sample_rcv changed'), ['a-note']);
  assert.equal(ids('').length, 3);
  assert.deepEqual(ids('critical'), []);
});

for (const [text, find] of [
  ['sample_lookup', { call: ['sample_lookup'], arguments: ['skb', '0'] }],
  ['if (!sk', { condition: ['! sk || sk -> state == CLOSED'] }],
  ['goto no_socket', { goto: 'no_socket' }],
  ['switch', { condition: ['sk -> state'] }],
  ['case LISTEN', { case: 'LISTEN' }],
  ['default:', { case: 'default' }],
  ['return sample_listen', { return: ['sample_listen ( sk , skb )'] }],
  ['return (i > 0', { return: ['i > 0 && ( i < 2 )'] }],
  ['for (i', { loop: ['i = 0', 'i < limit', 'i ++'] }],
  ['sk->seen', { code: 'sk -> seen += i' }],
  ['while', { loop: ['! sample_done ( sk )'] }],
  ['sk->state = OPEN', { code: 'sk -> state = OPEN' }],
  ['no_socket:', { label: 'no_socket' }],
  ['static int sample_rcv', { definition: true }],
  ['int i;', { definition: true }],
] as const)
  test(`promoted to an incident: ${text}`, async () => {
    const note = await noteAt(text, {
      title: 'Look [here](command:x.y)',
      text: 'Why <https://e.org>',
      ticket: 'https://e.org/1',
    });
    const { value, problems } = readPack(promoteNote(note, 'ours') ?? '');
    assert.deepEqual(problems, []);
    const [incident] = value?.incidents ?? [];
    const [anchor] = incident?.anchors ?? [];
    assert.deepEqual(anchor?.find, find);
    assert.ok(anchor);
    const { matches } = await findAnchor(anchor, memoryFacts({ [file]: source }));
    const wanted = 'definition' in find ? 3 : note.anchor.seen.line;
    assert.ok(matches.some(({ place }) => place.line === wanted));
    assert.equal(incident?.links?.[0]?.url, 'https://e.org/1');
  });

test('a note outside functions is no incident', async () => {
  assert.equal(promoteNote(await noteAt('limit = 3'), 'x'), undefined);
});

/** What becomes of the note at kfree_skb when the file, or the tree, is this. */
for (const [what, files, elsewhere, expectation] of [
  ['unchanged', { [file]: source }, [], `same ${file}:27`],
  ['lines above', { [file]: `\n\n${source}` }, [], `same ${file}:29`],
  ['a renamed function', { [file]: source.replace('sample_rcv', 'sample_receive') }, [], `moved ${file}:27`],
  ['another file', { [file]: 'int x;\n', 'net/ipv4/new.c': source }, ['net/ipv4/new.c'], 'moved net/ipv4/new.c:27'],
  ['one argument more', { [file]: source.replace('kfree_skb(skb)', 'kfree_skb(skb, why)') }, [], `changed ${file}:27`],
  ['no such call', { [file]: source.replace('\tkfree_skb(skb);\n', '') }, [], 'lost no-statement'],
  ['no file', {}, [], 'lost no-file'],
  ['no function', { [file]: 'int x;\n' }, [], 'lost no-function'],
  [
    'two of them',
    {
      [file]: source.replace('\tkfree_skb(skb);\n', '\tkfree_skb(skb);\n\treturn 0;\nno_socket:\n\tkfree_skb(skb);\n'),
    },
    [],
    'lost ambiguous',
  ],
] as const)
  test(`followed: ${what}`, async () => {
    const { anchor } = await noteAt('kfree_skb');
    const place = await findNote(anchor, memoryFacts(files), async () => elsewhere);
    assert.equal(
      place.confidence === 'lost' ? `lost ${place.why}` : `${place.confidence} ${place.file}:${place.line}`,
      expectation,
    );
  });
