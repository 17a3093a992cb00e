/**
 * A pack: known failures written as data, in the very shape its YAML has. Nothing here is added or renamed while
 * reading, so that a pack compiled to JSON and one read from a user's folder are the same value. Anchors speak of
 * structure only: no line numbers, no enum numbers, no versions.
 */
import type { ProbeRequest } from '../probes/request.ts';
import type { StatusWord } from '../model.ts';
import type { Words } from './words.ts';

export interface Pack {
  /** The version of this format. */
  readonly format: 1;
  readonly title: Words;
  readonly incidents: readonly Incident[];
}

export interface Incident {
  /** Lower case with hyphens, unique over all packs: `tcp-no-socket-rst`. */
  readonly id: string;
  readonly area: string;
  readonly effect: Effect;
  readonly title: Words;
  /** What people see who don't know the cause yet. */
  readonly symptom: Words;
  readonly cause: Words;
  readonly remedy: Words;
  readonly anchors: readonly Anchor[];
  /** Tried in order; the last has no `when` and holds otherwise. */
  readonly status: readonly StatusRule[];
  /** MIB items as the tree's enums spell them: `LINUX_MIB_LISTENDROPS`. Their nstat names come from the tree. */
  readonly counters?: readonly string[];
  /** Counters that are no MIB items, and the command that shows them: `conntrack -S`. */
  readonly otherCounters?: readonly Words[];
  /** The procname or the tail of it, looked up in the tree's ctl_tables; one that the tree lacks is not shown. */
  readonly sysctls?: readonly string[];
  /** `SKB_DROP_REASON_NO_SOCKET` */
  readonly reasons?: readonly string[];
  /** `SK_RST_REASON_NO_SOCKET` */
  readonly rstReasons?: readonly string[];
  readonly confirm: Confirm;
  readonly links?: readonly Link[];
  /** Ids of other incidents. */
  readonly related?: readonly string[];
}

export const effects = ['rst', 'drop', 'stall', 'error'] as const;
export type Effect = (typeof effects)[number];

export const anchorRoles = ['where', 'cause', 'remedy', 'mitigation', 'fix'] as const;
export type AnchorRole = (typeof anchorRoles)[number];

/** A piece of source that the incident speaks of, known by its file, its function and its shape. */
export interface Anchor {
  /** Unique inside the incident. */
  readonly id: string;
  readonly role: AnchorRole;
  /** Globs relative to the tree: `net/ipv4/tcp_input.c`, `net/sched/sch_*.c`. Names collide, so a file is always said. */
  readonly files: readonly string[];
  /** Any of these; a function that was renamed has all its names here. */
  readonly functions: readonly string[];
  readonly find: Shape;
  /** What stands there, for people. Where it is left out the source itself is shown. */
  readonly what?: Words;
}

/**
 * What to look for inside the functions. Exactly one of the first ten; a *fragment* is a piece of C compared token
 * by token, so blanks, line breaks and comments don't matter: `phash * matches`, `!*saddr`, `tn->tcp_be_liberal`.
 */
export type Shape =
  /** The head of the function; `returns` is a fragment of its return type. */
  | { readonly definition: true; readonly returns?: string }
  | { readonly parameter: string }
  | ({ readonly label: string } & Surroundings)
  | ({ readonly goto: string } & Surroundings)
  /** `case NFCT_TCP_IGNORE:` */
  | ({ readonly case: string } & Surroundings)
  /** A call of any of these names, direct or through a field; leading arguments as fragments, `_` for any. */
  | ({ readonly call: readonly string[]; readonly arguments?: readonly string[] } & Surroundings)
  /** One condition (of an if, a loop, a switch, `&&`, `||` or `?:`) that holds all these fragments. */
  | ({ readonly condition: readonly string[] } & Surroundings)
  /** A fragment anywhere in an expression; a single name is the commonest. */
  | ({ readonly code: string } & Surroundings)
  /** An assignment whose target is this fragment and whose value holds all of `value`. */
  | ({ readonly assignment: string; readonly value?: readonly string[] } & Surroundings)
  /** A return whose value holds all these fragments. */
  | ({ readonly return: readonly string[] } & Surroundings)
  /** A loop that holds all these fragments, in its head or its body. */
  | ({ readonly loop: readonly string[] } & Surroundings);

/** What must stand around the match. */
export interface Surroundings {
  readonly in?: 'loop';
  /**
   * Fragments that must each occur in an enclosing condition or case: what reaches a goto, for instance. `&&`, `||`
   * and `?:` enclose calls, conditions and assignments; for `code` only if, loop and switch do.
   */
  readonly under?: readonly string[];
}

export interface StatusRule {
  /** All parts must hold. Left out in the last rule only. */
  readonly when?: When;
  readonly status: StatusWord;
  readonly why: Words;
  /** Anchors that are shown as evidence when they are found, beside those that decided. */
  readonly also?: readonly string[];
}

/** Ids of anchors of the same incident. */
export interface When {
  readonly all?: readonly string[];
  readonly any?: readonly string[];
  readonly none?: readonly string[];
}

export interface Confirm {
  /** What to look at and what output means yes. */
  readonly text: Words;
  /** What to catch; its title is the incident's and what means yes is said by `text`. */
  readonly probe?: Pick<ProbeRequest, 'events'>;
}

export interface Link {
  /** A commit of the mainline kernel, 12 or more hex digits. */
  readonly commit?: string;
  readonly cve?: string;
  readonly url?: string;
  /** The commit's subject or the page's title. */
  readonly title?: string;
}
