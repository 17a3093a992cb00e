/** What real trees call instead of the kernel's own words for a drop or a RST, and what they put into fields. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { treeNames, treePath } from '../lab/trees.ts';
import { wrappersIn } from '../lab/wrappers.ts';
import { sourceFiles } from './normalise-sweep.ts';

const always = [
  'bond_tx_drop',
  'dst_discard_out',
  'icmpv6_param_prob',
  'ieee80211_free_txskb',
  'nlmsg_free',
  'rtnl_qdisc_drop',
];

/** They end well, on some ways or on all, or keep a copy. */
const never = ['consume_skb', 'nfc_hci_cmd_received', 'pfkey_broadcast', 'skb_free_datagram', 'tcp_v4_do_rcv'];

for (const name of treeNames) {
  const tree = treePath(name) ?? '';
  const skip = tree === '' ? `tree ${name} was not fetched` : false;
  test(`wrappers of ${name}`, { skip }, async () => {
    const files = [...sourceFiles(tree, ['net', 'include/net']), 'include/linux/icmpv6.h'];
    const wrappers = await wrappersIn(tree, files);
    assert.deepEqual(
      always.filter((each) => wrappers.get(each)?.kind !== 'drop'),
      [],
    );
    assert.deepEqual(
      never.filter((each) => wrappers.has(each)),
      [],
    );
    const reset = wrappers.get('->send_reset');
    assert.equal(reset?.kind, 'reset');
    assert.deepEqual(reset.functions.map((each) => `${each.file} ${each.name}`).sort(), senders(tree, files));
  });
}

/** As the text has it: `.send_reset = tcp_v4_send_reset,`. */
function senders(tree: string, files: readonly string[]): readonly string[] {
  const found = files.flatMap((file) =>
    [...readFileSync(path.join(tree, file), 'utf8').matchAll(/^\t\.send_reset[ \t]*=[ \t]*(\w+),$/gm)].map(
      ([, name = '']) => `${file} ${name}`,
    ),
  );
  assert.ok(found.length > 1);
  return found.sort();
}
