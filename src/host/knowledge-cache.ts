import { deserialize, serialize } from 'node:v8';
import type { TreeFiles } from '../core/ports.ts';
import { readKnowledge } from '../core/tree/knowledge.ts';
import { digestOf, type FactCache } from './fact-cache.ts';
import { areFresh, noteReads, type Stamp } from './stamps.ts';

type Knowledge = Awaited<ReturnType<typeof readKnowledge>>;

/** The tree's knowledge: from the cache where nothing that it was read from has changed, else read and kept. */
export async function cachedKnowledge(root: string, files: TreeFiles, cache: FactCache): Promise<Knowledge> {
  const kept = keptKnowledge(root, cache);
  if (kept !== undefined) return kept;
  const noted = noteReads(root, files);
  const knowledge = await readKnowledge(noted.files);
  const content = serialize(knowledge);
  cache.write('knowledge', content);
  const entry: Entry = { digest: digestOf(content), stamps: noted.stamps };
  cache.write('knowledge.stamps', JSON.stringify(entry));
  return knowledge;
}

/** What the knowledge in the cache is known by; `isFresh` unless something changed that it was read from. */
export function knowledgeDigest(root: string, cache: FactCache): { digest: string; isFresh: boolean } | undefined {
  const entry = entryOf(cache);
  return entry && { digest: entry.digest, isFresh: areFresh(root, entry.stamps) };
}

function keptKnowledge(root: string, cache: FactCache): Knowledge | undefined {
  const entry = entryOf(cache);
  if (entry === undefined || !areFresh(root, entry.stamps)) return undefined;
  const content = cache.read('knowledge');
  if (content === undefined || digestOf(content) !== entry.digest) return undefined;
  return deserialize(content) as Knowledge;
}

interface Entry {
  readonly digest: string;
  readonly stamps: Readonly<Record<string, Stamp>>;
}

function entryOf(cache: FactCache): Entry | undefined {
  const content = cache.read('knowledge.stamps');
  return content === undefined ? undefined : (JSON.parse(content.toString('utf8')) as Entry);
}
