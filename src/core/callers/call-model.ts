/** Who calls a function, as plain data. */
import type { Guard, SourceLine } from '../model.ts';

/**
 * How a call comes about: `direct` by name; `macro` through the text of a macro that is given the function
 * (INDIRECT_CALL_2) or that names it; `callback` through a function that is given it and calls it (NF_HOOK); `field`
 * through a pointer that it was stored in.
 */
export type CallKind = 'direct' | 'macro' | 'callback' | 'field';

export interface CallSite extends SourceLine {
  /** From 1. */
  readonly column: number;
  /** The calling function, or the macro in whose text the call stands. */
  readonly function: string;
  readonly kind: CallKind;
  /** What the call is made through: `INDIRECT_CALL_2`, `NF_HOOK`, `ipprot->handler`. */
  readonly via?: string;
  /** As written at that place, one text for each. */
  readonly arguments: readonly string[];
  /** Set where the caller is a macro: whoever uses it calls. */
  readonly isMacro?: true;
  /** For a field: the functions that it may hold in this tree, this one among them; sorted. */
  readonly candidates?: readonly string[];
  /** What must be true in the calling function whichever way the call is reached; absent until asked for. */
  readonly guards?: readonly Guard[];
}

/** A place that hands the function to whoever will call it. */
export interface Registration extends SourceLine {
  readonly column: number;
  /** `net_protocol.handler`, `dst.input`, `open_softirq()`. */
  readonly as: string;
  /** The function in which it is done; absent for a table. */
  readonly function?: string;
  /** The table's name. */
  readonly table?: string;
}

export interface FunctionRef {
  readonly function: string;
  /** Where it is defined; absent where the index covers no definition. */
  readonly file?: string;
  readonly line?: number;
}

export interface Callers {
  readonly target: FunctionRef;
  /** Functions of the same name in other files, where only a name was given. */
  readonly others?: readonly FunctionRef[];
  /** In the order of files and lines. */
  readonly calls: readonly CallSite[];
  readonly registrations: readonly Registration[];
  /**
   * Set where nothing that was read calls it: a system call, something registered that others call, or nothing at
   * all that is known.
   */
  readonly entry?: 'syscall' | 'registered' | 'unknown';
  /** How many further calls there are; absent for none. */
  readonly leftOut?: number;
  /** What was read to find them. */
  readonly covers: Coverage;
}

export interface Coverage {
  readonly folders: readonly string[];
  readonly files: number;
}

/** One way from where something comes in to the function that was asked about. */
export interface Chain {
  readonly entry: FunctionRef & {
    /** As `Callers.entry`; `depth` where the chain goes on beyond what was asked for. */
    readonly kind: 'syscall' | 'registered' | 'unknown' | 'depth';
    readonly registrations: readonly Registration[];
    /** Who calls it through the pointer that it is registered in, with many others. */
    readonly dispatch?: readonly CallSite[];
  };
  /** The calls, the entry's first; the last one calls the function that was asked about. Empty for an entry itself. */
  readonly steps: readonly CallSite[];
  /** Further entries that are registered in the same way. */
  readonly alike?: readonly string[];
}

export interface Chains {
  readonly target: FunctionRef;
  /** Functions of the same name in other files, where only a name was given. */
  readonly others?: readonly FunctionRef[];
  /** Those that leave least to chance first, the shorter of those; one for each kind of entry. */
  readonly chains: readonly Chain[];
  /** Set where the search was cut short: how many callers were not followed. */
  readonly leftOut?: number;
  readonly covers: Coverage;
}
