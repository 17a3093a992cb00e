/** Reading the tree's own names, reasons and counters, out of a file's text. */
import type { Counter } from '../model.ts';
import { counterNear } from '../tree/counters.ts';
import type { TreeKnowledge } from '../tree/knowledge.ts';
import type { Candidate } from './candidates.ts';
import { reasonNamesIn } from './reasons.ts';
import { isLoss } from './verdict-words.ts';

export interface TreeNames {
  /** Relative to the tree. */
  readonly file: string;
  readonly knowledge: Pick<TreeKnowledge, 'counters' | 'dropReasons' | 'rstReasons' | 'sysctls'>;
}

/** The MIB items of counting calls, by the names that nstat prints for this file's protocol. */
export function countersOf({ file, knowledge }: TreeNames, counting: readonly Candidate[]): readonly Counter[] {
  return counting.flatMap(({ bump, place }) =>
    (bump?.items ?? []).flatMap((mib) => {
      const counter = knowledge.counters.get(mib);
      return counter === undefined ? [] : [{ mib, nstat: counterNear(counter, file).nstat, line: place.line }];
    }),
  );
}

/** The drop and RST reasons that a text names, those of subsystems too. */
export function reasonsNamed({ knowledge }: TreeNames, text: string): readonly string[] {
  const words = text.match(/\b[A-Z][A-Z0-9_]{4,}\b/g) ?? [];
  const known = words.filter(
    (word) =>
      (knowledge.dropReasons.has(word) && !isOtherWordForNone(knowledge, word)) || knowledge.rstReasons.has(word),
  );
  return [...new Set([...reasonNamesIn(text), ...known])];
}

/** Whether a value is a reason for which packets are dropped, and not the word for "none" (include/net/dropreason-core.h). */
export function isDropReason({ knowledge }: TreeNames, value: string): boolean {
  if (!isLoss(value)) return false;
  if (/^SKB_DROP_REASON_\w+$/.test(value)) return true;
  return knowledge.dropReasons.has(value) && !isOtherWordForNone(knowledge, value);
}

/** A subsystem's own word for "not dropped" or "consumed": RX_QUEUED and RX_CONTINUE of net/mac80211/drop.h. */
function isOtherWordForNone({ dropReasons }: TreeNames['knowledge'], value: string): boolean {
  if (value.startsWith('SKB_')) return false;
  const number = dropReasons.get(value)?.number;
  return ['SKB_NOT_DROPPED_YET', 'SKB_CONSUMED'].some((none) => dropReasons.get(none)?.number === number);
}

export function isRstReason({ knowledge }: TreeNames, value: string): boolean {
  return /^SK_RST_REASON_\w+$/.test(value) || knowledge.rstReasons.has(value);
}
