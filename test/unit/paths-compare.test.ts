import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareSites, invertChange, type SiteChange, type SiteWithPaths } from '../../src/core/paths/compare-sites.ts';
import { findSites } from '../../src/core/paths/sites.ts';
import { readKnowledge } from '../../src/core/tree/knowledge.ts';
import { memoryFiles } from '../lab/memory-files.ts';
import { factsOf } from '../lab/parser.ts';

/** Two versions of a function, and the changes as short lines: sign, id, and for a changed one what and which guards. */
const cases: readonly {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  readonly changes: readonly string[];
}[] = [
  {
    name: 'lines that only moved are no change',
    before: 'int f(struct sk_buff *skb) { if (bad(skb)) goto drop; return 0; drop: kfree_skb(skb); return 1; }',
    after:
      '\n\nint f(struct sk_buff *skb)\n{\n\tif (bad(skb))\n\t\tgoto drop;\n\treturn 0;\ndrop:\n\tkfree_skb(skb);\n\treturn 1;\n}\n',
    changes: [],
  },
  {
    name: 'a guard that is new and one that is gone',
    before: 'int f(struct sk_buff *skb) { if (bad(skb)) goto drop; return 0; drop: kfree_skb(skb); return 1; }',
    after: 'int f(struct sk_buff *skb) { if (worse(skb)) goto drop; return 0; drop: kfree_skb(skb); return 1; }',
    changes: ['~ f/drop/1 guards -[bad(skb) is true] +[worse(skb) is true]'],
  },
  {
    name: 'one inserted above others is the only one added',
    before: 'void f(struct sk_buff *skb) { if (a) { kfree_skb(skb); return; } if (b) { kfree_skb(skb); return; } }',
    after:
      'void f(struct sk_buff *skb) { if (x) { consume_skb(skb); } if (n) { if (m) kfree_skb(skb); } if (a) { kfree_skb(skb); return; } if (b) { kfree_skb(skb); return; } }',
    changes: ['+ f/kfree_skb/1'],
  },
  {
    name: 'another call is another site',
    before: 'void f(struct sk_buff *skb) { kfree_skb(skb); }',
    after: 'void f(struct sk_buff *skb) { kfree_skb_reason(skb, reason); }',
    changes: ['- f/kfree_skb/1', '+ f/kfree_skb_reason/1'],
  },
];

for (const { name, before, after, changes } of cases)
  test(name, async () => {
    const found = compareSites(await sitesOf(before), await sitesOf(after));
    const lines = found.map((each) => {
      if (each.change !== 'changed') return `${each.change === 'added' ? '+' : '-'} ${each.site.id}`;
      return `~ ${each.after.id} ${each.what.join()} -[${each.guardsGone.join()}] +[${each.guardsNew.join()}]`;
    });
    assert.deepEqual(lines, changes);
    // From the other side the same is told the other way round.
    const back = compareSites(await sitesOf(after), await sitesOf(before));
    assert.deepEqual(byName(found.map(invertChange)), byName(back));
  });

async function sitesOf(text: string): Promise<readonly SiteWithPaths[]> {
  const knowledge = (await readKnowledge(memoryFiles({ 'net/a.c': text }))).value;
  const { sites, paths } = findSites({ file: 'net/a.c', facts: await factsOf(text), knowledge });
  return sites.map((site) => ({ site, paths: paths[site.id] ?? [] }));
}

const byName = (changes: readonly SiteChange[]): readonly SiteChange[] =>
  [...changes].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
