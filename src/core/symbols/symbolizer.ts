import type { CancelSignal } from '../base/abort.ts';
import type { Location } from '../model.ts';
import type { Outcome } from '../problem.ts';
import type { Image } from './elf.ts';
import type { ImageSymbol } from './symbol-table.ts';

/** A place in an image. The offset is taken as it is: whoever asks has moved a return address back already. */
export interface SymbolRequest {
  readonly function: string;
  readonly offset: number;
  /** The symbol's size; it chooses among functions of one name. */
  readonly size: number;
  /** The one that is meant, where more is known than name and size. */
  readonly symbol?: ImageSymbol;
}

/** What a request was answered with: one inline chain for each function that fits, innermost first; none when nothing is known. */
export type SymbolAnswer = readonly (readonly Location[])[];

export interface ResolveOptions {
  readonly signal?: CancelSignal;
  /** Called whenever a request was answered. */
  readonly onAnswer?: () => void;
}

/** An engine that turns places of an image into source lines. */
export interface Symbolizer {
  /** Each request costs seconds, not microseconds: ask for no more than what is looked at. */
  readonly slow: boolean;
  /** One answer for each request, in order. An abort rejects with the signal's reason. */
  resolve(
    image: Image,
    requests: readonly SymbolRequest[],
    options?: ResolveOptions,
  ): Promise<Outcome<readonly SymbolAnswer[]>>;
}

/** Images with the files behind them, which whoever opened them closes. */
export interface OpenImages {
  readonly images: Images;
  close(): Promise<void>;
}

/** The images that a trace's frames may come from. */
export interface Images {
  /** The vmlinux of that release or build-id, or why there is none. */
  kernel(wanted: { readonly release?: string; readonly buildId?: string }): Promise<Outcome<Image>>;
  module(name: string, wanted: { readonly release?: string; readonly buildId?: string }): Promise<Outcome<Image>>;
}
