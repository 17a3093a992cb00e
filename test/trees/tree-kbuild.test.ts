import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { sysctlDocumentation } from '../../src/core/tree/documentation.ts';
import { builtAs } from '../../src/core/tree/kbuild.ts';
import { treeFilesOnDisk } from '../../src/host/tree-files.ts';
import { labPaths } from '../lab/paths.ts';
import { treeNames, treePath } from '../lab/trees.ts';

const { config, imageModules } = labPaths();
const root = treePath('6.1');
const ready = root !== undefined && config !== undefined && imageModules !== undefined;

test(
  '6.1: what Debian built as modules is what its modules are',
  { skip: ready ? false : 'node test/lab/fetch.mjs trees debug' },
  async () => {
    if (root === undefined || config === undefined || imageModules === undefined) return;
    const shipped = new Set(
      filesBelow(path.join(imageModules, 'kernel/net'), '.ko').map((file) =>
        path.basename(file, '.ko').replaceAll('-', '_'),
      ),
    );
    const files = treeFilesOnDisk(root);
    const configuration = readFileSync(config, 'utf8');
    const built = new Map<string, string>();
    const unknown: string[] = [];
    for (const file of filesBelow(path.join(root, 'net'), '.c')) {
      const relative = path.relative(root, file);
      const found = await builtAs(files, relative, configuration);
      if (found === undefined) unknown.push(relative);
      else if (found.state !== 'n') built.set(found.object, found.state ?? '');
    }
    const modules = [...built].filter(([, state]) => state === 'm').map(([object]) => object);
    assert.ok(modules.length > 300, `${modules.length} modules`);
    assert.deepEqual(
      modules.filter((object) => !shipped.has(object)),
      [],
    );
    assert.deepEqual(
      [...shipped].filter((object) => built.get(object) !== 'm'),
      [],
    );
    assert.ok(unknown.length <= 5, unknown.join(' '));
  },
);

for (const name of treeNames) {
  const tree = treePath(name);
  const skip = tree === undefined ? `no ${name} tree: node test/lab/fetch.mjs trees` : false;
  test(`${name}: the tree's documentation tells what a sysctl does`, { skip }, async () => {
    if (tree === undefined) return;
    for (const [sysctl, said] of documented) {
      const found = await sysctlDocumentation(treeFilesOnDisk(tree), sysctl);
      assert.ok(found !== undefined && said.test(found.text), `${sysctl}: ${found?.text}`);
      const line = readFileSync(path.join(tree, found.file), 'utf8').split('\n')[found.line - 1] ?? '';
      assert.ok(line.includes(sysctl.split('.').at(-1) ?? ''), line);
    }
  });
}

const documented: readonly (readonly [string, RegExp])[] = [
  ['net.ipv4.tcp_syncookies', /syncookies/],
  ['net.ipv4.fwmark_reflect', /IPv4 reply/],
  ['net.ipv6.fwmark_reflect', /IPv6 reply/],
  ['net.ipv6.bindv6only', /IPV6_V6ONLY/],
  ['net.netfilter.nf_conntrack_tcp_be_liberal', /out of window/],
  ['net.core.somaxconn', /listen\(\) backlog/],
  ['net.core.netdev_budget', /NAPI/],
  ['net.ipv4.vs.conn_reuse_mode', /port reuse/],
  ['net.ipv4.conf.*.rp_filter', /RFC3704/],
];

function filesBelow(folder: string, extension: string): readonly string[] {
  return readdirSync(folder, { recursive: true })
    .map(String)
    .filter((file) => file.endsWith(extension))
    .map((file) => path.join(folder, file));
}
