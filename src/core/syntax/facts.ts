/**
 * What is known of a C file after one parse: plain data, no parser objects. A function is told as a tree of
 * statements cut down to control flow, so that whoever needs paths can build a flow graph from it and whoever
 * needs a list can walk it. All places are those of the file as it is on disk.
 */
import type { Line1, Place, Span } from '../base/position.ts';

export interface FileFacts {
  readonly functions: readonly FunctionFacts[];
  /** Of the whole file, or of as much of it as was looked at: all that touch one of the functions. */
  readonly conditionals: readonly Conditional[];
  /** Functions that did not parse cleanly. They are also in `functions`, with what could be read of them. */
  readonly unparsed: readonly UnparsedFunction[];
}

export interface UnparsedFunction {
  readonly name: string;
  readonly line: Line1;
  /** The first line the grammar did not understand. */
  readonly faultLine: Line1;
}

export interface FunctionFacts {
  readonly name: string;
  /** The name in the head. */
  readonly place: Place;
  /** From the head's first token to the closing brace. */
  readonly extent: Place & { readonly endLine: Line1 };
  /** As written, on one line: `static enum nf_ct_tcp_action`. */
  readonly returnType: string;
  readonly isStatic: boolean;
  readonly isInline: boolean;
  readonly parameters: readonly Parameter[];
  /** The macro that defines this function, e.g. SYSCALL_DEFINE3 or BPF_CALL_2. */
  readonly definedBy?: string;
  /** False when the grammar did not understand a part of it. */
  readonly clean: boolean;
  /**
   * The function as the preprocessor may leave it. Nearly always one: #if halves that are whole statements stand
   * side by side in one reading. A half that changes the nesting (an `if (` in each half) gets a reading of its own.
   */
  readonly readings: readonly Reading[];
  /** How many further readings there would be; absent where all are given. */
  readonly readingsLeftOut?: number;
}

export interface Parameter {
  readonly name: string;
  /** `struct sk_buff *`; empty where the head gives none. */
  readonly type: string;
  readonly place: Place;
}

export interface Reading {
  /** What was chosen where halves exclude each other: `CONFIG_TCP_MD5SIG`, `!(CONFIG_TCP_MD5SIG)`. */
  readonly assumes: readonly string[];
  readonly body: readonly Statement[];
}

/** One #if ... #endif group with its branches in order. */
export interface Conditional {
  readonly branches: readonly {
    /** `if`, `ifdef`, `ifndef`, `elif`, `else`. */
    readonly directive: string;
    /** As written after the directive; for `else` the negation of what came before, e.g. `!(CONFIG_IPV6)`. */
    readonly condition: string;
    readonly line: Line1;
    /** From behind the directive to the next one. */
    readonly body: Span;
  }[];
  readonly endLine: Line1;
}

/** A condition that must hold (or fail) for what it guards: the left side of `&&`, `||`, or the test of `?:`. */
export interface ShortCircuit {
  readonly place: Place;
  readonly text: string;
  readonly holds: boolean;
}

/** What one expression does, in evaluation order. */
export interface Expression {
  readonly place: Place;
  /** As written, on one line. */
  readonly text: string;
  readonly calls: readonly Call[];
  readonly assignments: readonly Assignment[];
}

export interface Call {
  /** The called name; for a call through a field its last name (`send_reset` of `ops->send_reset(...)`). */
  readonly callee: string;
  /** The object of a call through a field: `req->rsk_ops`. Absent for a direct call. */
  readonly receiver?: string;
  readonly arguments: readonly { readonly text: string; readonly place: Place }[];
  readonly place: Place;
  /** Conditions inside the same expression that decide whether this call is made, outermost first. */
  readonly guards: readonly ShortCircuit[];
}

/** `target = value`, `target |= value`, `int target = value`. */
export interface Assignment {
  readonly target: string;
  readonly operator: string;
  readonly value: string;
  readonly place: Place;
  readonly guards: readonly ShortCircuit[];
}

export type Statement =
  | { readonly kind: 'expression'; readonly place: Place; readonly expression: Expression }
  /** An empty statement, an asm, anything without effect on control flow or calls. */
  | { readonly kind: 'other'; readonly place: Place }
  | { readonly kind: 'block'; readonly place: Place; readonly body: readonly Statement[] }
  | {
      readonly kind: 'if';
      readonly place: Place;
      readonly condition: Expression;
      readonly then: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly kind: 'loop';
      readonly place: Place;
      /** `macro` for list_for_each_entry(...) and its kin: runs zero or more times. `do` runs at least once. */
      readonly loop: 'while' | 'do' | 'for' | 'macro';
      /** Absent for `for (;;)`. For a macro loop the whole macro call. */
      readonly condition?: Expression;
      /** What a `for` head does besides its test. */
      readonly header: readonly Expression[];
      readonly body: readonly Statement[];
    }
  /** Case labels stand as markers in the body, so falling through needs no special shape. */
  | {
      readonly kind: 'switch';
      readonly place: Place;
      readonly subject: Expression;
      readonly body: readonly Statement[];
    }
  | { readonly kind: 'case'; readonly place: Place; readonly values: readonly string[]; readonly isDefault: boolean }
  | { readonly kind: 'label'; readonly place: Place; readonly name: string }
  | {
      readonly kind: 'goto';
      readonly place: Place;
      readonly label: string;
      /** A jump out of an asm goto or a macro's argument: it may also not be taken. */
      readonly may?: 'asm' | 'macro';
    }
  | { readonly kind: 'return'; readonly place: Place; readonly value?: Expression }
  | { readonly kind: 'break'; readonly place: Place }
  | { readonly kind: 'continue'; readonly place: Place };
