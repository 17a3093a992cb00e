import type { Engine } from '../core/engine.ts';
import { openFactCache } from './fact-cache.ts';
import { knowledgeDigest } from './knowledge-cache.ts';
import { openEngine, type OpenEngineOptions } from './open-engine.ts';

/** The engines of the trees that are asked about, each opened once, and anew when what its tree says has changed. */
export interface Engines {
  get(root: string): Promise<Engine>;
  /** All are opened anew, with other options. */
  reopen(options: OpenEngineOptions): void;
}

interface Opened {
  readonly engine: Promise<Engine>;
  /** When the tree was looked at last, in milliseconds. */
  lookedAt: number;
  /** What the engine's knowledge is known by; undefined while it has read none. */
  knowledge?: string;
}

/** A checkout takes seconds; looking whether the files are as they were takes some milliseconds for a thousand. */
const lookEvery = 3000;

/** @param now the time in milliseconds */
export function openEngines(first: OpenEngineOptions, now: () => number = Date.now): Engines {
  const opened = new Map<string, Opened>();
  let options = first;
  return {
    get: (root) => {
      const known = opened.get(root);
      if (known !== undefined && isCurrent(root, known, options, now())) return known.engine;
      const engine = openEngine(root, options);
      opened.set(root, { engine, lookedAt: now() });
      engine.catch(() => opened.delete(root));
      return engine;
    },
    reopen: (others) => {
      options = others;
      opened.clear();
    },
  };
}

function isCurrent(root: string, known: Opened, { cache }: OpenEngineOptions, time: number): boolean {
  const isSeenLately = known.knowledge !== undefined && time - known.lookedAt < lookEvery;
  if (cache === undefined || isSeenLately) return true;
  known.lookedAt = time;
  const kept = knowledgeDigest(root, openFactCache({ ...cache, root }));
  if (kept === undefined) return true;
  known.knowledge ??= kept.digest;
  return kept.isFresh && kept.digest === known.knowledge;
}
