import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as assertProperty, constant, integer, property, record, tuple } from 'fast-check';
import { column1, line1, offset, type Place } from '../../src/core/base/position.ts';
import { dominators, dominatorsOf, type Edges } from '../../src/core/paths/dominators.ts';
import { pathsTo } from '../../src/core/paths/paths-to.ts';
import type { Expression, FunctionFacts, Statement } from '../../src/core/syntax/facts.ts';
import { factsOf } from '../lab/parser.ts';

test('a dominator is what the node cannot be reached without', () => {
  const graphs = integer({ min: 1, max: 9 }).chain((size) => {
    const node = integer({ min: 0, max: size - 1 });
    return record({ size: constant(size), edges: array(tuple(node, node), { maxLength: 24 }) });
  });
  assertProperty(
    property(graphs, ({ size, edges }) => {
      const graph = graphOf(size, edges);
      const idom = dominators(graph, 0);
      for (let node = 0; node < size; node++) {
        const expected = reach(graph, 0).has(node) ? range(size).filter((cut) => !reach(graph, 0, cut).has(node)) : [];
        assert.deepEqual(
          dominatorsOf(idom, node).sort((a, b) => a - b),
          expected,
        );
      }
    }),
  );
});

test('no nesting is too deep and no function too long', () => {
  const depth = 10_000;
  let body: readonly Statement[] = [call(depth)];
  for (let level = depth - 1; level >= 0; level--) {
    const place = at(level, depth * 2 - level);
    const condition: Expression = { place: at(level, level + 1), text: `c${level}`, calls: [], assignments: [] };
    body = [{ kind: 'if', place, condition, then: body, otherwise: [] }];
  }
  const [way] = pathsTo(functionOf(body), offset(depth));
  assert.equal(way?.guards.length, depth);
  assert.deepEqual(way?.guards.at(-1), { line: 1, text: `c${depth - 1}`, holds: true });
});

test('an offset stands for the smallest statement around it, else for the next one below', async () => {
  const text = 'int f(int a)\n{\n\tif (a)\n\t\t/* why */\n\t\tgo(a);\n\treturn 0;\n}\n';
  const facts = await factsOf(text);
  const fn = facts.functions[0];
  assert.ok(fn);
  const guardsAt = (part: string): readonly string[] =>
    pathsTo(fn, offset(text.indexOf(part))).flatMap(({ guards }) => guards.map((guard) => guard.text));
  assert.deepEqual(guardsAt('if (a)'), []);
  assert.deepEqual(guardsAt('/* why */'), ['a']);
  assert.deepEqual(guardsAt('go(a)'), ['a']);
  assert.deepEqual(guardsAt('return'), []);
});

function graphOf(size: number, edges: readonly (readonly [number, number])[]): Edges {
  return {
    successors: range(size).map((node) => edges.filter(([from]) => from === node).map(([, to]) => to)),
    entering: range(size).map((node) =>
      edges.filter(([, to]) => to === node).map(([from]) => ({ from, how: 'next' as const })),
    ),
  };
}

/** What can be reached from a node without stepping on `cut`. */
function reach({ successors }: Edges, from: number, cut = -1): ReadonlySet<number> {
  const seen = new Set<number>();
  const work = from === cut ? [] : [from];
  for (let node = work.pop(); node !== undefined; node = work.pop()) {
    if (seen.has(node)) continue;
    seen.add(node);
    work.push(...(successors[node] ?? []).filter((next) => next !== cut));
  }
  return seen;
}

const range = (size: number): readonly number[] => [...Array(size).keys()];

function at(start: number, end: number): Place {
  return { start: offset(start), end: offset(end), line: line1(1), column: column1(1) };
}

function call(start: number): Statement {
  const place = at(start, start + 1);
  return { kind: 'expression', place, expression: { place, text: 'go()', calls: [], assignments: [] } };
}

function functionOf(body: readonly Statement[]): FunctionFacts {
  return {
    name: 'deep',
    place: at(0, 1),
    extent: { ...at(0, 100_000), endLine: line1(1) },
    returnType: 'int',
    isStatic: true,
    isInline: false,
    parameters: [],
    clean: true,
    readings: [{ assumes: [], body }],
  };
}
