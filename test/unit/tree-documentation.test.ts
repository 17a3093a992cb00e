import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sysctlDocumentation } from '../../src/core/tree/documentation.ts';
import { memoryFiles } from '../lab/memory-files.ts';

const files = memoryFiles({
  'Documentation/networking/ip-sysctl.rst': `
/proc/sys/net/ipv4/* Variables
==============================

tcp_toy - INTEGER
	What it does.

	Default: 1

tcp_low, tcp_high - INTEGER
	Two of them.

accept_redirects - BOOLEAN
	The old one.

/proc/sys/net/ipv6/* Variables
==============================

conf/all/accept_redirects - BOOLEAN
	The new one.
	See tcp_toy.
`,
  'Documentation/networking/toy_track-sysctl.rst': `
toy_track_be_liberal - BOOLEAN
	- 0 - disabled
`,
  'Documentation/admin-guide/sysctl/net.rst': `
busy_poll
---------

Low latency polling.

Default: 0

next_one
--------

Other.
`,
});

test('a sysctl is looked up under the heading of its folder', async () => {
  const cases: readonly (readonly [string, readonly [string, number, string] | undefined])[] = [
    ['net.ipv4.tcp_toy', ['ip-sysctl.rst', 5, 'tcp_toy - INTEGER\nWhat it does.\n\nDefault: 1']],
    ['net.ipv4.tcp_high', ['ip-sysctl.rst', 10, 'tcp_low, tcp_high - INTEGER\nTwo of them.']],
    ['net.ipv4.conf.*.accept_redirects', ['ip-sysctl.rst', 13, 'accept_redirects - BOOLEAN\nThe old one.']],
    [
      'net.ipv6.conf.*.accept_redirects',
      ['ip-sysctl.rst', 19, 'conf/all/accept_redirects - BOOLEAN\nThe new one.\nSee tcp_toy.'],
    ],
    [
      'net.netfilter.toy_track_be_liberal',
      ['toy_track-sysctl.rst', 2, 'toy_track_be_liberal - BOOLEAN\n- 0 - disabled'],
    ],
    ['net.core.busy_poll', ['net.rst', 2, 'busy_poll\n\nLow latency polling.\n\nDefault: 0']],
    ['net.ipv4.tcp_unheard_of', undefined],
  ];
  for (const [name, expected] of cases) {
    const found = await sysctlDocumentation(files, name);
    const said = found === undefined ? undefined : [found.file.split('/').at(-1), found.line, found.text];
    assert.deepEqual(said, expected, name);
  }
});
