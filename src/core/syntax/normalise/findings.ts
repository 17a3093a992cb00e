import type { Offset } from '../../base/position.ts';

/** A goto that can't be shown to the parser. */
export interface HiddenJump {
  readonly at: Offset;
  readonly label: string;
  /** Where it stood: in the label list of an asm goto, or in an argument of a macro. */
  readonly from: 'asm' | 'macro';
}

/** A macro that was turned into a `while` because a statement follows it. */
export interface MacroLoop {
  readonly at: Offset;
  /** `list_for_each_entry`, and also `scoped_guard`, which runs once. */
  readonly name: string;
}

/** What the rules collect as they go. */
export interface Findings {
  readonly jumps: HiddenJump[];
  readonly macroLoops: MacroLoop[];
}
