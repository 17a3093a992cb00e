import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Asked, watchSuperseded } from '../../src/worker/superseded.ts';

function asked(
  file: string,
  text: string | undefined,
  question: Asked['question'] = 'lensSpots',
  root = '/tree',
): Asked {
  return {
    root,
    question,
    request: { file, ...(text === undefined ? {} : { text }) },
    controller: new AbortController(),
  };
}

const cases: readonly {
  readonly name: string;
  readonly older: Asked;
  readonly newer: Asked;
  readonly goes: boolean;
}[] = [
  { name: 'an older text', older: asked('a.c', 'x'), newer: asked('a.c', 'xy'), goes: true },
  { name: 'a title of an older text', older: asked('a.c', 'x', 'lens'), newer: asked('a.c', 'xy'), goes: true },
  { name: 'the same text', older: asked('a.c', 'x'), newer: asked('a.c', 'x', 'lens'), goes: false },
  { name: 'another file', older: asked('a.c', 'x'), newer: asked('b.c', 'xy'), goes: false },
  { name: 'another tree', older: asked('a.c', 'x'), newer: asked('a.c', 'xy', 'lensSpots', '/other'), goes: false },
  { name: 'the file on disk', older: asked('a.c', undefined), newer: asked('a.c', 'xy'), goes: false },
  { name: 'what a person asked for', older: asked('a.c', 'x', 'explain'), newer: asked('a.c', 'xy'), goes: false },
];

for (const { name, older, newer, goes } of cases) {
  test(`a newer text ${goes ? 'ends' : 'leaves'} a question about ${name}`, () => {
    const superseded = watchSuperseded();
    superseded.note(older);
    superseded.note(newer);
    assert.equal(older.controller.signal.aborted, goes);
    assert.equal(newer.controller.signal.aborted, false);
  });
}

test('what was answered is forgotten', () => {
  const superseded = watchSuperseded();
  const first = asked('a.c', 'x');
  superseded.note(first);
  superseded.forget(first);
  superseded.note(asked('a.c', 'xy'));
  assert.equal(first.controller.signal.aborted, false);
});
