import type { ParseArgsConfig } from 'node:util';
import type { Context, Engine } from '../core/engine.ts';
import type { Language } from '../core/incidents/words.ts';
import type { Outcome } from '../core/problem.ts';
import type { compareTrees } from '../host/compare-trees.ts';
import type { treeSites } from '../host/tree-sites.ts';

/** Exit statuses of design: done, bad input or nothing found, wrong usage. */
export const status = { done: 0, bad: 1, usage: 2 } as const;
export type Status = (typeof status)[keyof typeof status];

export interface Command {
  readonly name: string;
  /** What follows the name in the usage line. */
  readonly usage: string;
  readonly summary: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Options whose value may be left out: it is then empty. */
  readonly optionalValues?: readonly string[];
  /** May depend on the words behind the name. */
  readonly needsTree: boolean | ((words: readonly string[]) => boolean);
  run(call: Call): Promise<Status>;
}

/** What was given for each option; a list for those that may be given more than once. */
export type Values = Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;

/** One call of a command: its arguments, the engine of its tree, and where its answers go. */
export interface Call {
  readonly words: readonly string[];
  readonly options: Values;
  readonly json: boolean;
  /** The tree's absolute folder; the working folder for commands that need none. */
  readonly root: string;
  readonly engine: Engine;
  /** The engine of another tree, by its folder. */
  readonly engineOf: (folder: string) => Outcome<Engine>;
  /** The language that packs' words are wanted in. */
  readonly language: Language;
  /** Finds out about the tree's wrappers, so that all that is asked of sites after it rests on the whole tree. */
  readonly learnWrappers: () => Promise<void>;
  /** The sites of files and folders, file by file; see `treeSites`. */
  readonly sites: (paths: readonly string[]) => ReturnType<typeof treeSites>;
  /** What changed in files and folders since another tree, file by file; see `compareTrees`. */
  readonly changesSince: (other: string, paths: readonly string[]) => ReturnType<typeof compareTrees>;
  readonly context: Context;
  readonly print: (line: string) => void;
  /** A word for people that belongs to no answer; it goes to stderr, and nowhere with --json. */
  readonly remark: (line: string) => void;
  /** Says a problem on stderr; used for the ones that don't end the command as well. */
  readonly complain: (what: string, next: string) => void;
  readonly style: Style;
  /** The outcome's value, its problems said; undefined when there is none. */
  readonly accept: <T>(outcome: Outcome<T>) => T | undefined;
}

export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly yellow: (text: string) => string;
}

/** Wrong usage; the message names what is wrong, the caller adds the usage line. */
export class UsageError extends Error {}

export function text(call: Call, option: string): string | undefined {
  const value = call.options[option];
  return typeof value === 'string' ? value : undefined;
}

/** All values of an option that may be given more than once, or with commas: `--status present,mitigated`. */
export function listed(call: Pick<Call, 'options'>, option: string): readonly string[] {
  return [call.options[option]]
    .flat()
    .flatMap((value) => (typeof value === 'string' ? value.split(',') : []))
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
