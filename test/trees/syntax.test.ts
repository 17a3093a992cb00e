/**
 * The functions of the five paths in real trees, against what a plain reading of the text says: comments out, braces
 * counted, words `goto` and lines with a label counted. Two independent ways to the same numbers.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import type { FunctionFacts } from '../../src/core/syntax/facts.ts';
import { eachStatement, gotosOf, labelsOf } from '../../src/core/syntax/walk.ts';
import { testParser } from '../lab/parser.ts';
import { treeNames, treePath } from '../lab/trees.ts';

const wanted: readonly (readonly [file: string, ...functions: string[]])[] = [
  ['net/ipv4/tcp_ipv4.c', 'tcp_v4_rcv'],
  ['net/ipv6/tcp_ipv6.c', 'tcp_v6_rcv'],
  ['net/ipv4/tcp_input.c', 'tcp_conn_request'],
  ['net/ipv4/inet_hashtables.c', 'inet_lookup_reuseport', 'inet_lhash2_lookup'],
  ['net/netfilter/nf_conntrack_proto_tcp.c', 'tcp_in_window', 'nf_conntrack_tcp_packet'],
  ['net/netfilter/ipvs/ip_vs_xmit.c', 'ip_vs_dest_dst_alloc', 'do_output_route4', '__ip_vs_get_out_rt'],
];

for (const tree of treeNames) {
  const folder = treePath(tree);
  const skip = folder === undefined ? `no ${tree} tree: set KERNLENS_TREES or fetch it` : false;
  for (const [file, ...functions] of wanted) {
    test(`${tree} ${file}: ${functions.join(', ')}`, { skip }, async () => {
      const text = readFileSync(path.join(folder ?? '', file), 'utf8');
      const facts = (await testParser()).facts(text);
      assert.deepEqual(facts.unparsed, []);
      for (const name of functions) {
        const found = facts.functions.filter((fn) => fn.name === name);
        assert.equal(found.length, 1, `${name} found ${found.length} times`);
        for (const fn of found) check(fn, text);
      }
    });
  }
}

function check(fn: FunctionFacts, text: string): void {
  const own = withoutComments(text.slice(fn.extent.start, fn.extent.end));
  assert.ok(fn.clean);
  assert.equal(text.slice(fn.extent.end - 2, fn.extent.end + 1), '\n}\n');
  assert.equal(own.split('{').length, own.split('}').length);
  assert.equal(own.indexOf('\n}'), own.length - 2, 'the only brace in the first column is the last');
  assert.ok(new RegExp(`\\b${fn.name}\\(`).test(own), 'the name is in the head');
  assert.equal(text.slice(fn.place.start, fn.place.end), fn.name);
  assert.deepEqual(
    gotosOf(fn).map((jump) => jump.label),
    matches(own, /\bgoto\s+(\w+)\s*;/g),
  );
  assert.deepEqual(
    labelsOf(fn).map((label) => label.name),
    matches(own, /^\s*(?!default\b)(\w+):/gm),
  );
  assert.equal(count(fn, 'return'), matches(own, /\b(return)\b/g).length);
  assert.equal(count(fn, 'if'), matches(own, /(?<!#)\b(if) \(/g).length);
  const loops = matches(own, /\b(while|for|\w*for_each\w*) ?\(/g).length;
  assert.equal(count(fn, 'loop'), loops);
  const names = matches(own.slice(own.indexOf('(') + 1, own.indexOf(')\n{')), /(\w+)(?=,|$)/g);
  assert.deepEqual(
    fn.parameters.map((parameter) => parameter.name),
    names[0] === 'void' ? [] : names,
  );
}

function count(fn: FunctionFacts, kind: string): number {
  const starts = fn.readings
    .flatMap(({ body }) => [...eachStatement(body)])
    .filter((statement) => statement.kind === kind)
    .map((statement) => statement.place.start);
  return new Set(starts).size;
}

function matches(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map((found) => found[1] ?? '');
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\//g, ' ').replace(/\/\/.*/g, ' ');
}
