/** How much the tables made by hand cover, counted from the text of the functions they are about. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { allTruths } from '../fixtures/truth/all-truths.ts';
import type { Truth } from '../fixtures/truth/truth.ts';
import { treePath } from '../lab/trees.ts';

interface Kind {
  readonly name: string;
  readonly atLeast: number;
  readonly isOne: (body: string) => boolean;
}

const kinds: readonly Kind[] = [
  { name: 'functions', atLeast: 40, isOne: () => true },
  { name: 'more than ten gotos', atLeast: 15, isOne: (body) => (body.match(/\bgoto\s+\w+\s*;/g) ?? []).length > 10 },
  { name: '#if inside a condition', atLeast: 5, isOne: splitsCondition },
  { name: 'a switch', atLeast: 5, isOne: (body) => /\bswitch\s*\(/.test(body) },
  { name: 'a loop', atLeast: 5, isOne: (body) => /\b(for|while|\w*for_each\w*)\s*\(/.test(body) },
];

const trees = [...new Set(allTruths.flatMap((truth) => truth.trees))];
const missing = trees.filter((name) => treePath(name) === undefined);
const skip = missing.length > 0 ? `not fetched: ${missing.join(', ')}` : false;

for (const { name, atLeast, isOne } of kinds) {
  test(`tables for at least ${atLeast}: ${name}`, { skip }, (t) => {
    const found = new Set(allTruths.filter((truth) => isOne(bodyOf(truth))).map((truth) => truth.function));
    t.diagnostic(`${name}: ${found.size}`);
    assert.ok(found.size >= atLeast, `${found.size}: ${[...found].join(', ')}`);
  });
}

const read = new Map<string, string>();

/** A function's text from brace to brace in the first tree of its table, without comments and strings. */
function bodyOf({ trees: [first], file, function: name }: Truth): string {
  const full = path.join(first === undefined ? '' : (treePath(first) ?? ''), file);
  const key = `${full} ${name}`;
  const known = read.get(key);
  if (known !== undefined) return known;
  const text = readFileSync(full, 'utf8');
  const heads = [...text.matchAll(new RegExp(`^(?![\\s#/*]).*\\b${name}\\(`, 'gm'))].map(({ index }) => index);
  const bodies = heads.map((head) => text.slice(head, text.indexOf('\n}\n', head)));
  const body = bodies.find((candidate) => /^[^;{]*\n\{\n/.test(candidate));
  assert.ok(body !== undefined, `${name} is not in ${full}`);
  const plain = body.replace(/\/\*[^]*?\*\/|"(?:[^"\\\n]|\\.)*"/g, ' ');
  read.set(key, plain);
  return plain;
}

/** Whether a parenthesis that `if` or `while` opened is still open where an #if stands. */
function splitsCondition(body: string): boolean {
  let depth = 0;
  for (const line of body.slice(body.indexOf('\n{\n')).split('\n')) {
    if (/^#\s*if/.test(line) && depth > 0) return true;
    if (line.startsWith('#')) continue;
    if (depth === 0 && !/\b(if|while)\s*\(/.test(line)) continue;
    depth += line.split('(').length - line.split(')').length;
  }
  return false;
}
