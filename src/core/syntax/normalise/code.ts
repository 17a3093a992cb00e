/** The tokens that are left when the preprocessor has been seen to, with what the rules ask of them and do to them. */
import { matchBrackets } from './brackets.ts';
import type { Canvas } from './canvas.ts';
import { Kind, type Tokens } from './tokens.ts';
import { classify, type WordClass } from './words.ts';

/**
 * A token is told by its index. Questions about an index outside the text are answered as for a token of no kind with
 * no text, so that rules may look ahead and back without asking first.
 */
export class Code {
  readonly count: number;
  readonly source: string;
  readonly canvas: Canvas;
  readonly #tokens: Tokens;
  readonly #kept: Int32Array;
  readonly #texts: readonly string[];
  readonly #classes: WordClass[];
  readonly #partners: Int32Array;
  readonly #erased: Uint8Array;

  /** `kept`: indices into `tokens`, in order. */
  constructor(source: string, canvas: Canvas, tokens: Tokens, kept: Int32Array) {
    this.source = source;
    this.canvas = canvas;
    this.count = kept.length;
    this.#tokens = tokens;
    this.#kept = kept;
    this.#texts = Array.from(kept, (token) => source.slice(tokens.starts[token], tokens.ends[token]));
    this.#classes = this.#texts.map((text, at) => (this.kind(at) === Kind.word ? classify(text) : 'none'));
    this.#partners = matchBrackets(this.#texts);
    this.#erased = new Uint8Array(kept.length);
  }

  kind(token: number): Kind {
    return this.#tokens.kinds[this.#kept[token] ?? -1] ?? Kind.none;
  }

  /** As written. `'('` can only be the mark: a string token has its quotes. */
  text(token: number): string {
    return this.#texts[token] ?? '';
  }

  /** Offset of the first character; the end of the source for what lies behind the last token. */
  start(token: number): number {
    return this.#tokens.starts[this.#kept[token] ?? -1] ?? (token < 0 ? 0 : this.source.length);
  }

  end(token: number): number {
    return this.#tokens.ends[this.#kept[token] ?? -1] ?? (token < 0 ? 0 : this.source.length);
  }

  width(token: number): number {
    return this.end(token) - this.start(token);
  }

  wordClass(token: number): WordClass {
    return this.#classes[token] ?? 'none';
  }

  isWord(token: number): boolean {
    return this.wordClass(token) !== 'none';
  }

  isPlain(token: number): boolean {
    return this.wordClass(token) === 'plain';
  }

  isAttribute(token: number): boolean {
    const wordClass = this.wordClass(token);
    return wordClass === 'attribute' || wordClass === 'attributeCall';
  }

  /** The other bracket of a pair, or -1. */
  partner(token: number): number {
    return this.#partners[token] ?? -1;
  }

  /** Whether a bracket pair opens here. */
  isOpener(token: number): boolean {
    return this.partner(token) > token;
  }

  /** The last token of what starts here: the closing bracket of a pair, else the token itself. */
  lastOf(token: number): number {
    return Math.max(token, this.partner(token));
  }

  /** Whether `(` stands here and has its `)`. */
  isParenthesis(token: number): boolean {
    return this.text(token) === '(' && this.isOpener(token);
  }

  isErased(token: number): boolean {
    return this.#erased[token] === 1;
  }

  onSameLine(token: number, later: number): boolean {
    return !this.source.slice(this.end(token), this.start(later)).includes('\n');
  }

  /** Blanks tokens for good: no later rule sees them. */
  erase(first: number, last: number = first): void {
    for (let token = first; token <= last; token++) {
      if (token < 0 || token >= this.count) continue;
      this.#erased[token] = 1;
      this.canvas.blank(this.start(token), this.end(token));
    }
  }

  /** Writes `text` over a token, which must be as wide, and blanks the rest of it. */
  rewrite(token: number, text: string): void {
    this.canvas.blank(this.start(token), this.end(token));
    this.canvas.write(this.start(token), text);
  }

  /** Makes later rules see a word as another: a macro that became `while` is a control word. */
  reclassify(token: number, wordClass: WordClass): void {
    this.#classes[token] = wordClass;
  }
}
