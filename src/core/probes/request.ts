import type { Line1 } from '../base/position.ts';
import type { StatementLines } from './line-with-code.ts';

/**
 * What to catch, as an incident's pack or the editor asks for it. The plan decides how to attach; nothing here
 * depends on a release: parameters, fields and constants are named, their positions and values come from the tree.
 */
export interface ProbeRequest {
  /** One line: `RST for a segment that matched no socket`. */
  readonly title: string;
  readonly events: readonly ProbeEvent[];
  /** The line that was asked for, when the function around it or one called on it is caught in its stead. */
  readonly line?: RequestedLine;
  /** What the output shows when the cause is confirmed, in one or two sentences. */
  readonly meansYes?: string;
}

export interface RequestedLine {
  readonly file: string;
  readonly line: Line1;
  readonly function: string;
  /** The lines of the statement on it; absent where it holds none. */
  readonly statement?: StatementLines;
  /** Other functions of the file. */
  readonly neighbours?: readonly string[];
}

export type ProbeEvent = FunctionEvent | TracepointEvent;

interface EventBase {
  /** All must hold. */
  readonly when?: readonly ProbePredicate[];
  readonly show: readonly ProbeShow[];
  /** Short text printed in front of each hit: `RST without socket`. */
  readonly says: string;
}

/** A function is entered or returns. */
export interface FunctionEvent extends EventBase {
  readonly catch: 'entry' | 'return';
  /** The first one this tree defines is taken: put the newest name first, then older names, then outlined callers. */
  readonly functions: readonly ProbeFunction[];
  /**
   * Hits from this function are the ones that are meant. They are told apart by their stack and in the counts, not
   * filtered: a caller that was inlined would make the probe silent.
   */
  readonly caller?: string;
  /**
   * A tracepoint the function raises, `tcp:tcp_send_reset`. Taken instead of the function's entry in trees where
   * the function raises it whatever its parameters are. Only with `catch: 'entry'`.
   */
  readonly tracepoint?: string;
}

export interface ProbeFunction {
  readonly name: string;
  /** Where it must be defined: `net/ipv4/tcp_ipv4.c`, or a folder with a slash behind it. Anywhere when absent. */
  readonly files?: readonly string[];
}

/** A tracepoint is raised; `when` speaks of its fields. */
export interface TracepointEvent extends EventBase {
  readonly catch: 'tracepoint';
  /** Group and name: `skb:kfree_skb`. */
  readonly tracepoint: string;
}

/**
 * A test of one value. `of` is a parameter by name (`sk`), a field behind it (`sk->__sk_common.skc_state`), or
 * `return` for what the function gives back (only with `catch: 'return'`). Exactly one test is given.
 */
export type ProbePredicate =
  /** A NULL pointer, 0 or false; or not. The width compared is that of the type in the prototype. */
  | { readonly of: string; readonly is: 'zero' | 'nonzero' }
  /** A constant by name (`TCP_LISTEN`, `-NF_ACCEPT`) or a plain number of the interface itself (`-1`, `6`). */
  | { readonly of: string; readonly equals: string }
  /** All bits of a constant are set: `IP_VS_RT_MODE_CONNECT`. */
  | { readonly of: string; readonly has: string };

/**
 * `packet`: addresses, ports, flags, seq and ack from the headers of the first `struct sk_buff *` parameter.
 * `socket`: state, family and ports of the first `struct sock *` parameter. `netns`: the number of the network
 * namespace the packet or socket belongs to. For a return, parameters are those of the entry.
 */
export type ProbeShow = 'packet' | 'stack' | 'arguments' | 'result' | 'socket' | 'netns';
