/** A file that is typed into is read in part only, and told as if it had been read as a whole. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { knownStretches } from '../../src/core/syntax/known-stretches.ts';
import { testParser } from '../lab/parser.ts';
import { treePath } from '../lab/trees.ts';

const root = treePath('6.1');
const files = [
  'net/ipv4/tcp_input.c',
  'net/ipv6/tcp_ipv6.c',
  'net/core/skbuff.c',
  'net/netfilter/nf_conntrack_proto_tcp.c',
];

for (const file of files) {
  test(`${file} while it is typed into`, { skip: root === undefined ? 'no tree 6.1' : false }, async () => {
    const parser = await testParser();
    const known = knownStretches();
    const text = readFileSync(path.join(root ?? '', file), 'utf8');
    const middle = text.indexOf('\n}\n', text.length / 2) + 3;
    const typed = `${text.slice(0, middle)}\nint typed(void)\n{\n\treturn 0;\n}\n${text.slice(middle)}`;
    for (const each of [text, typed]) assert.deepEqual(parser.facts(each, { known }), parser.facts(each));
  });
}
