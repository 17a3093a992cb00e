import type { Line1 } from '../base/position.ts';
import type { TreeFiles } from '../ports.ts';
import type { TreeProblem } from './problem.ts';

/** One drop or RST reason as the tree declares it. */
export interface Reason {
  /** The enumerator: `SKB_DROP_REASON_NO_SOCKET`. */
  readonly name: string;
  /** As C counts it in this tree; it differs between trees. */
  readonly number: number;
  /** The kernel-doc text on one line; empty where there is none. */
  readonly doc: string;
  readonly file: string;
  readonly line: Line1;
}

export async function readReasons(_files: TreeFiles): Promise<{
  readonly value: { readonly drop: ReadonlyMap<string, Reason>; readonly rst: ReadonlyMap<string, Reason> };
  readonly problems: readonly TreeProblem[];
}> {
  return { value: { drop: new Map(), rst: new Map() }, problems: [] };
}
