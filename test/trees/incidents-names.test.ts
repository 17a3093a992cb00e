import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Incident } from '../../src/core/incidents/pack.ts';
import { inLanguage } from '../../src/core/incidents/words.ts';
import { countersOf, sysctlsOf } from '../../src/core/report/explain-knowledge.ts';
import { readKnowledge, type TreeKnowledge } from '../../src/core/tree/knowledge.ts';
import { treeFilesOnDisk } from '../../src/host/tree-files.ts';
import { builtInPacks } from '../../src/packs/index.ts';
import { treeNames, treePath } from '../lab/trees.ts';

const incidents = builtInPacks().flatMap((pack) => pack.incidents);

/** Names that no tree of today has; packs keep them for the older trees they speak of. */
const gone = ['LINUX_MIB_PAWSPASSIVEREJECTED', 'tcp_tw_recycle'];

const folders = treeNames.flatMap((name) => treePath(name) ?? []);
const skip = folders.length < treeNames.length ? 'not all trees are here' : false;
let reading: Promise<readonly TreeKnowledge[]> | undefined;

function readTrees(): Promise<readonly TreeKnowledge[]> {
  return (reading ??= Promise.all(folders.map(async (folder) => (await readKnowledge(treeFilesOnDisk(folder))).value)));
}

test('every counter, sysctl and reason of a built-in pack is one that a tree has', { skip }, async () => {
  const trees = await readTrees();
  const named = incidents.flatMap(({ counters = [], sysctls = [], reasons = [], rstReasons = [] }) => [
    ...counters.map((name) => ({ name, has: (tree: TreeKnowledge) => countersOf([name], tree).length > 0 })),
    ...sysctls.map((name) => ({ name, has: (tree: TreeKnowledge) => sysctlsOf([name], tree).length > 0 })),
    ...reasons.map((name) => ({ name, has: (tree: TreeKnowledge) => tree.dropReasons.has(name) })),
    ...rstReasons.map((name) => ({ name, has: (tree: TreeKnowledge) => tree.rstReasons.has(name) })),
  ]);
  const unknown = named.filter(({ has }) => !trees.some(has)).map(({ name }) => name);
  assert.deepEqual([...new Set(unknown)].sort(), gone);
});

test('every sysctl and counter that a sentence names is one that a tree has', { skip }, async () => {
  const trees = await readTrees();
  const sysctls = trees.flatMap((tree) => [...tree.sysctls.values()].flat().map(({ name }) => name.split('.')));
  const known = (name: string): boolean =>
    sysctls.some((parts) => name.split('.').every((word, index) => parts[index] === word || parts[index] === '*'));
  const counters = trees.flatMap((tree) => [...tree.counters.values()].map(({ nstat }) => nstat));
  const unknown = incidents.flatMap((incident) =>
    sentencesOf(incident).flatMap((text) => [
      ...[...text.matchAll(/\bnet(?:\.[\w*-]+){2,}/g)].map(([name]) => name).filter((name) => !known(name)),
      ...[...text.matchAll(/\b(?:TcpExt|IpExt|Tcp|Ip|Udp)[A-Z]\w+/g)]
        .map(([name]) => name)
        .filter((name) => !counters.some((each) => each.startsWith(name))),
    ]),
  );
  assert.deepEqual([...new Set(unknown)].sort(), goneInSentences);
});

test('every function that a sentence names stands in a file of the incident, in some tree', { skip }, () => {
  const texts = new Map<string, string>();
  const read = (file: string): string => {
    const text = texts.get(file) ?? folders.map((folder) => textOf(path.join(folder, file))).join('\n');
    texts.set(file, text);
    return text;
  };
  const unknown = incidents.flatMap((incident) => {
    const files = new Set([...incident.anchors.flatMap((anchor) => anchor.files), ...probedFiles(incident)]);
    const named = sentencesOf(incident).flatMap((text) =>
      [...text.matchAll(/\b([a-z_]\w+)\(\)/g)].map(([, name = '']) => name),
    );
    return [...new Set(named)]
      .filter((name) => !libraryCalls.has(name) && ![...files].some((file) => read(file).includes(`${name}(`)))
      .map((name) => `${incident.id} ${name}`);
  });
  assert.deepEqual(unknown, []);
});

/** Names of older trees that sentences explain. */
const goneInSentences = ['TcpExtPAWSPassive', 'net.ipv4.tcp_tw_recycle'];

/** What programs call, or any kernel code. */
const libraryCalls: ReadonlySet<string> = new Set('accept bind connect kmalloc listen read send write'.split(' '));

function sentencesOf({ symptom, cause, remedy, confirm, status, anchors }: Incident): readonly string[] {
  const words = [
    symptom,
    cause,
    remedy,
    confirm.text,
    ...status.map(({ why }) => why),
    ...anchors.flatMap(({ what }) => what ?? []),
  ];
  return words.flatMap((each) => (['en', 'zh-cn'] as const).map((language) => inLanguage(each, language)));
}

function probedFiles({ confirm }: Incident): readonly string[] {
  const events = confirm.probe?.events ?? [];
  return events.flatMap((event) =>
    event.catch === 'tracepoint' ? [] : event.functions.flatMap(({ files = [] }) => files),
  );
}

const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
