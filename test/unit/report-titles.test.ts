import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Site } from '../../src/core/model.ts';
import type { Explanation } from '../../src/core/report/explanation.ts';
import { toHoverMarkdown } from '../../src/core/report/hover-markdown.ts';
import { sitesTitle, sitesTooltip } from '../../src/core/report/lens-text.ts';
import { endOf } from '../../src/core/report/site-text.ts';

const drop = siteOf({ id: 'f/out/1', label: 'out', reasons: reasonsOf('A', 'NOT_SPECIFIED', 'B', 'C', 'D') });
const counter = { mib: 'X_MIB_ERRS', nstat: 'XErrs', line: 5 };
const counted = siteOf({
  id: 'f/bad/1',
  kind: 'count',
  counters: [counter],
  reasons: reasonsOf('B'),
  leadsTo: drop.id,
});
const onlyLabel = siteOf({ id: 'f/free/1', why: 'label-leads-to:drop', reasons: reasonsOf('C'), leadsTo: drop.id });
const passing = siteOf({ id: 'f/sum/1', kind: 'count', why: 'counter:sk_drops', leadsTo: counted.id });
const all = [drop, counted, onlyLabel, passing];

const titles: readonly (readonly [string, readonly Site[], string])[] = [
  ['many reasons are cut, the empty one comes last', [drop], 'dropped: A, B, +3'],
  [
    'three reasons are no more than two and a count',
    [siteOf({ reasons: reasonsOf('A', 'B', 'C') })],
    'dropped: A, B, C',
  ],
  ['a site without a reason', [siteOf({})], 'dropped'],
  ['a RST', [siteOf({ kind: 'reset', rstReasons: ['SK_RST_REASON_NO_SOCKET'] })], 'RST sent: NO_SOCKET'],
  ['a counter on the way to a drop', [counted], 'counted: XErrs, then dropped: B'],
  ['a counter two sites before the drop', [passing], 'counted: sk_drops, then dropped'],
  ['a label that falls through to another', [onlyLabel], 'leads to out, dropped: C'],
  ['a verdict', [siteOf({ kind: 'verdict', why: 'return:-NF_ACCEPT' })], 'invalid: -NF_ACCEPT'],
  [
    'a reason that is given back',
    [siteOf({ kind: 'verdict', why: 'return:reason', reasons: reasonsOf('A', 'B') })],
    'drop reason for the caller: A, B',
  ],
  [
    'a reason that is handed on',
    [siteOf({ kind: 'verdict', why: 'reason:SKB_DROP_REASON_A', reasons: reasonsOf('A') })],
    'drop reason for the caller: A',
  ],
  ['a buffer that was never sent', [siteOf({ kind: 'free', why: 'unsent:kfree_skb' })], 'freed unsent'],
  ['a message', [siteOf({ kind: 'free', why: 'message:nlmsg_free' })], 'message freed'],
  ['a packet that was used', [siteOf({ kind: 'free', why: 'used:kfree_skb' })], 'freed after use'],
  ['equal sites are told once', [counted, { ...counted, line: 9 }], 'counted: XErrs, then dropped: B'],
];

for (const [name, sites, expected] of titles)
  test(`title: ${name}`, () => assert.equal(sitesTitle(sites, all), expected));

test('the tooltip leaves nothing out', () => {
  assert.equal(sitesTooltip([drop], all), 'dropped: A, B, C, D, NOT_SPECIFIED');
});

test('sites that lead to each other have an end all the same', () => {
  const one = siteOf({ id: 'one', leadsTo: 'two' });
  const two = siteOf({ id: 'two', leadsTo: 'one' });
  assert.equal(endOf(one, [one, two])?.id, 'two');
  assert.equal(endOf(siteOf({ id: 'three', leadsTo: 'gone' }), [one]), undefined);
});

test('a hover gives near places as bare lines, folded checks as their lines, and commands as links that copy', () => {
  const explanation: Explanation = {
    title: 'f, out',
    place: { file: 'net/a.c', line: 3 },
    sections: [
      { id: 'here', heading: 'What happens here', items: [{ text: 'It ends.', place: { file: 'net/a.c', line: 4 } }] },
      {
        id: 'ways',
        heading: 'What leads here',
        items: [
          {
            text: '`goto out`',
            place: { file: 'net/a.c', line: 2 },
            items: [
              { text: '`!x` is true', place: { file: 'net/a.c', line: 1 } },
              {
                text: '1 check passed before',
                folded: true,
                items: [{ text: '`y`', place: { file: 'b.h', line: 7 } }],
              },
            ],
          },
        ],
      },
      { id: 'counters', heading: 'Counters', items: [{ text: '`XErrs` (`X_MIB_ERRS`)', copy: 'nstat -az XErrs' }] },
      {
        id: 'sysctls',
        heading: 'Sysctls',
        items: [
          {
            text: '`net.x`, read as `sysctl_x`',
            copy: 'sysctl net.x',
            items: [{ text: 'x - BOOLEAN Lets x through.', place: { file: 'd.rst', line: 5 } }],
          },
        ],
      },
      { id: 'confirm', heading: 'How to confirm', items: [{ text: 'It rises.' }] },
    ],
  };
  assert.equal(
    toHoverMarkdown(explanation, { linkTo: ({ line }) => `go:${line}`, linkToCopy: (text) => `copy:${text}` }),
    [
      '**f, out**',
      'It ends. ([4](go:4))',
      '**What leads here**',
      '- `goto out` ([2](go:2)): `!x` is true ([1](go:1)), 1 check passed before ([b.h:7](go:7))',
      '**Counters**: `XErrs` [copy](copy:nstat -az XErrs)',
      '**Sysctls**\n\n- `net.x` [copy](copy:sysctl net.x): x - BOOLEAN Lets x through. ([d.rst:5](go:5))',
      '**How to confirm**: It rises.',
    ].join('\n\n'),
  );
});

function reasonsOf(...names: readonly string[]): readonly string[] {
  return names.map((name) => `SKB_DROP_REASON_${name}`);
}

function siteOf(given: Partial<Site>): Site {
  return {
    id: 'f/kfree_skb/1',
    kind: 'drop',
    file: 'net/a.c',
    line: 8,
    column: 1,
    function: 'f',
    why: 'call:kfree_skb',
    reasons: [],
    rstReasons: [],
    counters: [],
    sysctls: [],
    incidents: [],
    paths: 1,
    ...given,
  };
}
