import type { Outcome } from '../problem.ts';
import type { FunctionFacts } from '../syntax/facts.ts';
import type { CodeFinder } from './code-finder.ts';
import type { Constant } from './constants.ts';
import type { ProbeNote } from './notes.ts';
import type { BuiltAs } from './plan-model.ts';
import type { Tracepoint } from './tracepoints.ts';

/** What a plan asks the tree. Everything it needs is asked for by name; nothing is known beforehand. */
export interface ProbeContext {
  readonly release: string;
  readonly tool: 'bpftrace' | 'stap';
  /** False where the target kernel has no type information: struct definitions are then taken from headers. */
  readonly btf?: boolean;
  /** The function with a body, in one of `files` (a folder ends with a slash) or, without them, anywhere. */
  readonly functionNamed: (name: string, files?: readonly string[]) => Promise<DefinedFunction | undefined>;
  /** Finds the code of lines, where there is debug info of the kernel that is to be probed. */
  readonly code?: CodeFinder;
  readonly builtAs: (file: string) => Promise<BuiltAs>;
  /** See `findConstant`. */
  readonly constant: (name: string, from: string) => Promise<Constant | undefined>;
  /** See `readTracepoint`. */
  readonly tracepoint: (group: string, name: string) => Promise<Tracepoint | undefined>;
}

export interface DefinedFunction {
  readonly file: string;
  readonly facts: FunctionFacts;
}

/** A part of a plan with what must be said of it. */
export interface Planned<T> extends Outcome<T> {
  readonly notes: readonly ProbeNote[];
}

export function impossible(target: string, detail: string): Planned<never> {
  return { notes: [], problems: [{ kind: 'probe-impossible', target, detail }] };
}

/** C's names: what may stand in a script unquoted. */
export function isName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}
