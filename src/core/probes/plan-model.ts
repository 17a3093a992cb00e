/** A probe decided upon, before it is printed for a tool: where it attaches, what it tests, what it shows. */
import type { Line1 } from '../base/position.ts';
import type { ProbeNote } from './notes.ts';
import type { ValueType } from './value-type.ts';

export interface ProbePlan {
  readonly title: string;
  /** The release of the tree the plan was read from. */
  readonly release: string;
  /** Where struct definitions come from: the kernel's type information, or headers on the machine. */
  readonly types: 'btf' | 'headers';
  readonly attachments: readonly Attachment[];
  /** Why this form, and what it cannot see. */
  readonly notes: readonly ProbeNote[];
  readonly meansYes?: string;
}

export type Attachment = FunctionAttachment | InstructionAttachment | TracepointAttachment;

interface AttachmentBase {
  readonly says: string;
  readonly conditions: readonly Condition[];
  readonly shown: Shown;
}

export interface FunctionAttachment extends AttachmentBase {
  readonly form: 'entry' | 'return';
  readonly function: string;
  readonly file: string;
  readonly line: Line1;
  /** A static function may have been inlined; a tool with debug info reaches its copies all the same. */
  readonly isStatic: boolean;
  readonly build: BuiltAs;
  /** Hits are counted by where they come from, so that those of this caller stand out. */
  readonly caller?: string;
}

/** The code of one source line, in all copies of its function: found in debug info, so it holds for that build alone. */
export interface InstructionAttachment extends AttachmentBase {
  readonly form: 'instruction';
  /**
   * The function that the line is in, as debug info names it (`__do_sys_socket`); where it was inlined, the points are in
   * others.
   */
  readonly function: string;
  readonly file: string;
  /** The line that has the code. */
  readonly line: Line1;
  readonly build: BuiltAs;
  readonly points: readonly InstructionPoint[];
}

/** An instruction, as kprobes name it: `tcp_v4_rcv+2449`. */
export interface InstructionPoint {
  /** As kallsyms has it, with what the compiler appended: `nf_conntrack_tcp_packet.cold`. */
  readonly symbol: string;
  /** In bytes. */
  readonly offset: number;
}

export interface TracepointAttachment extends AttachmentBase {
  readonly form: 'tracepoint';
  readonly group: string;
  readonly name: string;
}

export type BuiltAs =
  | { readonly kind: 'built-in' }
  | { readonly kind: 'module'; readonly module: string }
  /** `module`: the name it has where it is one. */
  | { readonly kind: 'unknown'; readonly module?: string };

/** What is printed with a hit. */
export interface Shown {
  readonly stack: boolean;
  /** Where the `struct sk_buff *` comes from. */
  readonly packet?: ProbeValue;
  readonly socket?: ProbeValue;
  /** The packet, socket or `struct net *` that tells the network namespace. */
  readonly netns?: ProbeValue;
  readonly arguments: readonly ProbeValue[];
  readonly result?: ValueType;
}

/** A parameter of the function, or a field of the tracepoint. */
export interface ProbeValue {
  readonly name: string;
  readonly type: ValueType;
  readonly source:
    /** Counted from 0. */
    | { readonly kind: 'argument'; readonly position: number }
    /** A register that holds it at every point of an instruction: `bx`, as bpftrace and perf name it. */
    | { readonly kind: 'register'; readonly register: string }
    /** `parameter` is the name the tracepoint's prototype gives it, where the field is a copy of one. */
    | { readonly kind: 'field'; readonly field: string; readonly parameter?: string };
}

export interface Condition {
  readonly subject:
    | { readonly kind: 'value'; readonly value: ProbeValue; readonly path?: FieldPath }
    | { readonly kind: 'result'; readonly type: ValueType };
  readonly test:
    | { readonly kind: 'zero' | 'nonzero' }
    | { readonly kind: 'equals' | 'has'; readonly constant: PlanConstant };
}

/** `->__sk_common.skc_state`: names with the operator in front of each, first always `->`. */
export type FieldPath = readonly { readonly operator: '->' | '.'; readonly name: string }[];

export interface PlanConstant {
  /** As asked for, without its sign: `NF_ACCEPT`, `1`. */
  readonly text: string;
  readonly negative: boolean;
  /** True where the tool finds the name in the kernel's own type information. */
  readonly byName: boolean;
  /** As this tree counts it; always there unless `byName`. */
  readonly value?: number;
}
