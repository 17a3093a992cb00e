/** Lines of calls in real trees, told from the source alone: what stands there is looked up, for lines move. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { callLineFinder, type CallRule } from '../../src/core/traces/infer/call-lines.ts';
import { treeFilesOnDisk } from '../../src/host/tree-files.ts';
import { treeNames, treePath } from '../lab/trees.ts';

interface Expected {
  readonly caller: readonly [symbol: string, file: string];
  readonly callee: readonly [symbol: string, file: string];
  readonly rule: CallRule;
  /** What stands on each of the lines that are found. */
  readonly text: string;
  /** True where the call may be on several lines. */
  readonly several?: true;
}

const tcp = 'net/ipv4/tcp_ipv4.c';
const input = 'net/ipv4/ip_input.c';
const device = 'net/core/dev.c';

const expected: readonly Expected[] = [
  {
    caller: ['tcp_v4_do_rcv', tcp],
    callee: ['tcp_rcv_established', 'net/ipv4/tcp_input.c'],
    rule: 'call',
    text: 'tcp_rcv_established(',
  },
  { caller: ['tcp_v4_rcv', tcp], callee: ['tcp_v4_send_reset', tcp], rule: 'call', text: 'tcp_v4_', several: true },
  {
    caller: ['ip_local_deliver_finish', input],
    callee: ['ip_protocol_deliver_rcu', input],
    rule: 'call',
    text: 'ip_protocol_deliver_rcu(',
  },
  {
    caller: ['ip_protocol_deliver_rcu', input],
    callee: ['tcp_v4_rcv', tcp],
    rule: 'call',
    text: 'INDIRECT_CALL_2(ipprot->handler, tcp_v4_rcv',
  },
  { caller: ['ip_local_deliver', input], callee: ['ip_local_deliver_finish', input], rule: 'call', text: 'NF_HOOK(' },
  {
    caller: ['__netif_receive_skb_one_core', device],
    callee: ['ip_rcv', input],
    rule: 'call',
    text: 'INDIRECT_CALL_INET(pt_prev->func',
  },
  { caller: ['net_rx_action', device], callee: ['process_backlog', device], rule: 'field', text: 'napi_poll(' },
  {
    caller: ['ip_finish_output2', 'net/ipv4/ip_output.c'],
    callee: ['neigh_resolve_output', 'net/core/neighbour.c'],
    rule: 'field',
    text: 'neigh_output(',
  },
  {
    caller: ['tcp_v4_connect', tcp],
    callee: ['tcp_connect', 'net/ipv4/tcp_output.c'],
    rule: 'call',
    text: 'tcp_connect(',
  },
  {
    caller: ['__x64_sys_connect', 'net/socket.c'],
    callee: ['__sys_connect', 'net/socket.c'],
    rule: 'call',
    text: '__sys_connect(',
  },
  {
    caller: ['ksys_write', 'fs/read_write.c'],
    callee: ['vfs_write', 'fs/read_write.c'],
    rule: 'call',
    text: 'vfs_write(',
  },
  {
    caller: ['process_one_work', 'kernel/workqueue.c'],
    callee: ['lab_work', 'kernel/lab.c'],
    rule: 'pointer',
    text: 'current_func(',
  },
];

for (const name of treeNames) {
  const root = treePath(name);
  test(
    `calls of ${name}`,
    { skip: root === undefined ? 'no tree: node test/lab/fetch.mjs trees' : false },
    async () => {
      const finder = callLineFinder({ files: treeFilesOnDisk(root ?? '') });
      const asked = expected.map(({ caller, callee }) => ({
        caller: { symbol: caller[0], files: [caller[1]] },
        callee: { symbol: callee[0], files: [callee[1]] },
      }));
      const found = await finder.find(asked, {});
      for (const [index, { caller, callee, rule, text, several }] of expected.entries()) {
        const label = `${caller[0]} -> ${callee[0]}`;
        const lines = (found[index]?.lines ?? []).map(({ file, line }) => lineOf(root ?? '', file, line));
        assert.equal(found[index]?.rule, rule, label);
        assert.ok(several === true ? lines.length > 1 : lines.length >= 1, `${label}: ${lines.length} lines`);
        assert.ok(lines.length <= 8, `${label}: ${lines.join(' | ')}`);
        assert.ok(
          lines.some((line) => line.includes(text)),
          `${label}: ${lines.join(' | ')}`,
        );
      }
    },
  );
}

function lineOf(root: string, file: string, line: number): string {
  return readFileSync(path.join(root, file), 'utf8').split('\n')[line - 1]?.trim() ?? '';
}
