/**
 * Makes kernel C digestible for a parser that sees one file, no headers and no preprocessor. The text keeps its
 * length and its lines, so that every offset in the result is an offset in the file: what the parser can't know is
 * blanked or replaced by something of the same width.
 *
 * In order: comments and directives are blanked and #if groups resolved (tokens.ts, conditionals.ts), then each item
 * of the file is rewritten by small rules (items.ts, heads.ts, bodies.ts), each named for the construct it serves.
 * Time and memory are linear in the text; nothing recurses.
 */
import { offset, type Span } from '../../base/position.ts';
import type { Conditional } from '../facts.ts';
import { Canvas } from './canvas.ts';
import { Code } from './code.ts';
import { resolveConditionals } from './conditionals.ts';
import type { Findings, HiddenJump, MacroLoop } from './findings.ts';
import type { Choice, ConditionalOptions } from './groups.ts';
import { normaliseItems, type FunctionRange, type Only } from './items.ts';
import { tokenise } from './tokens.ts';

export interface Normalised {
  /** Same length as the input, every newline where it was. Nothing but blanks and equal-length stand-ins differ. */
  readonly text: string;
  /** A stretch of that text, without making the rest of it. */
  readonly slice: (start: number, end: number) => string;
  /** Every function with a body, in file order. */
  readonly functions: readonly FunctionRange[];
  /** Declarations with an initialiser outside functions: tables of operations and the like. */
  readonly tables: readonly Span[];
  /** All #if groups of the file, by the place of their #if. */
  readonly conditionals: readonly Conditional[];
  /** For conditionals whose halves exclude each other (other nesting, inside an expression or a head): which one was kept. */
  readonly choices: readonly Choice[];
  /** Gotos that stood in an asm goto's label list or inside a macro argument, and so are not in `text`. */
  readonly jumps: readonly HiddenJump[];
  /** Stretches of the file not represented in `text`: dropped #if halves, #if 0. */
  readonly dropped: readonly Span[];
  /** Macros that became `while`: list_for_each_entry(...) { ... }. */
  readonly macroLoops: readonly MacroLoop[];
  /** The same text with more bodies normalised: of its functions those that were skipped before and are wanted now. */
  readonly further: (only: Only) => Normalised;
}

export interface NormaliseOptions extends ConditionalOptions {
  /** Which bodies to normalise, by the function's name and the body as written. The others stay as they are. */
  readonly only?: Only | undefined;
  /** Nothing outside these stretches is looked at, in ascending order, each of whole items; absent: all of the text. */
  readonly within?: readonly Span[] | undefined;
}

/** Takes any text; what is not C comes back with little changed. */
export function normalise(text: string, options: NormaliseOptions = {}): Normalised {
  const { within = [{ start: offset(0), end: offset(text.length) }] } = options;
  const canvas = new Canvas(text, within);
  const tokens = tokenise(text, canvas, within);
  const { kept, ...conditionals } = resolveConditionals(text, tokens, canvas, options);
  const findings: Findings = { jumps: [], macroLoops: [] };
  const items = normaliseItems(new Code(text, canvas, tokens, kept), findings, options.only);
  const told = (functions: readonly FunctionRange[]): Normalised => ({
    get text(): string {
      return canvas.slice(0, text.length);
    },
    slice: (start, end) => canvas.slice(start, end),
    functions,
    tables: items.tables,
    ...conditionals,
    ...findings,
    further: (only) => told(items.further(only)),
  });
  return told(items.functions);
}
