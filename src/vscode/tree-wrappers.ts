import { sweepTree } from '../host/sweep-tree.ts';
import { keptWrappers } from '../host/tree-wrappers.ts';
import { isCancelled } from './engines.ts';
import type { Session } from './session.ts';
import { factsOf } from './tree-pool.ts';
import { workerOptions } from './worker-options.ts';

export interface TreeWrappers {
  /** Before the first question about a tree: what is kept of its wrappers is known at once. */
  recall(root: string): void;
  /** Once for each tree, behind the first answer: what has changed since is found out aside. */
  find(root: string): void;
}

/** Other work of the editor's start comes first. */
const delay = 1500;

/**
 * Knows the wrappers of the trees that are looked at without keeping the first lens waiting.
 *
 * @param tell called when more is known than before
 */
export function findTreeWrappers(session: Session, tell: () => void): TreeWrappers {
  const known = new Map<string, string | undefined>();
  const sought = new Set<string>();
  const abort = new AbortController();
  const find = async (root: string): Promise<void> => {
    const { context, log, engines } = session;
    // The file in front has its own worker, and should find a core for it.
    const { wrappers } = await sweepTree(
      workerOptions(context, log, engines.lessons()),
      { root, workers: 1 },
      {
        signal: abort.signal,
        receive: () => {},
      },
    );
    if (wrappers === known.get(root)) return;
    known.set(root, wrappers);
    session.engines.learn(root, wrappers);
    tell();
  };
  session.context.subscriptions.push({ dispose: () => abort.abort() });
  return {
    recall: (root) => {
      if (known.has(root)) return;
      const kept = keptWrappers(factsOf(session, root));
      known.set(root, kept);
      if (kept !== undefined) session.engines.learn(root, kept);
    },
    find: (root) => {
      if (sought.has(root)) return;
      sought.add(root);
      setTimeout(() => {
        if (abort.signal.aborted) return;
        find(root).catch((error: unknown) => {
          if (!isCancelled(error)) session.log.error(error instanceof Error ? error : String(error));
        });
      }, delay);
    },
  };
}
