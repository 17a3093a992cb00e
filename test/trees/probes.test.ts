import assert from 'node:assert/strict';
import { test } from 'node:test';
import { probeOf } from '../../src/core/incidents/probe-of.ts';
import { planProbe } from '../../src/core/probes/plan.ts';
import type { ProbeRequest } from '../../src/core/probes/request.ts';
import { builtInPacks } from '../../src/packs/index.ts';
import { folderFiles, probeContext } from '../lab/probe-context.ts';
import { treeNames, treePath } from '../lab/trees.ts';

const reset: ProbeRequest = {
  title: 'RST without socket',
  events: (['4', '6'] as const).map((family) => ({
    catch: 'entry',
    functions: [{ name: `tcp_v${family}_send_reset`, files: [`net/ipv${family}/tcp_ipv${family}.c`] }],
    tracepoint: 'tcp:tcp_send_reset',
    when: [{ of: 'sk', is: 'zero' }],
    show: ['packet', 'arguments'],
    says: `RST (IPv${family})`,
  })),
};

/** What each tree offers: where the tracepoint is for full sockets only, the function is caught, with its parameters. */
const expected = {
  '5.10': ['entry sk,skb', 'entry sk,skb'],
  '6.1': ['entry sk,skb', 'entry sk,skb'],
  '6.12': ['tracepoint sk,skb,reason'],
  '7.x': ['tracepoint sk,skb,reason'],
} as const;

for (const name of treeNames) {
  const tree = treePath(name);
  const skip = tree === undefined ? `no ${name} tree: node test/lab/fetch.mjs trees` : false;

  test(`${name}: the reset probe follows the shape of the source`, { skip }, async () => {
    const { value, problems } = await planProbe(reset, probeContext(folderFiles(tree ?? '')));
    assert.deepEqual(problems, []);
    const told = value?.attachments.map(
      ({ form, shown }) => `${form} ${shown.arguments.map((argument) => argument.name).join(',')}`,
    );
    assert.deepEqual(told, expected[name]);
  });

  for (const incident of builtInPacks().flatMap((pack) => pack.incidents)) {
    const asked = probeOf(incident);
    if (asked === undefined) continue;
    test(`${name}: every event of ${incident.id} can be caught`, { skip }, async () => {
      const { value, problems } = await planProbe(asked, probeContext(folderFiles(tree ?? '')));
      assert.deepEqual(problems, []);
      assert.ok((value?.attachments.length ?? 0) > 0);
      assert.deepEqual(
        value?.notes.filter((note) => note.kind === 'event-left-out' || note.kind === 'no-such-value'),
        [],
      );
    });
  }
}
