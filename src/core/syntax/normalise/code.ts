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
  /** Filled when first asked for: of most functions only the brackets are ever looked at. */
  readonly #texts: (string | undefined)[] = [];
  readonly #classes: (WordClass | undefined)[] = [];
  readonly #partners: Int32Array;
  readonly #erased: Uint8Array;

  /** `kept`: indices into `tokens`, in order. */
  constructor(source: string, canvas: Canvas, tokens: Tokens, kept: Int32Array) {
    this.source = source;
    this.canvas = canvas;
    this.count = kept.length;
    this.#tokens = tokens;
    this.#kept = kept;
    this.#texts.length = kept.length;
    this.#classes.length = kept.length;
    this.#partners = matchBrackets(source, tokens, kept);
    this.#erased = new Uint8Array(kept.length);
  }

  kind(token: number): Kind {
    return this.#tokens.kinds[this.#kept[token] ?? -1] ?? Kind.none;
  }

  /** As written. `'('` can only be the mark: a string token has its quotes. */
  text(token: number): string {
    const known = this.#texts[token];
    if (known !== undefined || !(token >= 0 && token < this.count)) return known ?? '';
    const text = this.source.slice(this.start(token), this.end(token));
    this.#texts[token] = text;
    return text;
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
    const known = this.#classes[token];
    if (known !== undefined || !(token >= 0 && token < this.count)) return known ?? 'none';
    const wordClass = this.kind(token) === Kind.word ? classify(this.text(token)) : 'none';
    this.#classes[token] = wordClass;
    return wordClass;
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
