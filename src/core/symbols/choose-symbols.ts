import type { Frame } from '../model.ts';
import type { Callee } from './call-before.ts';
import type { Image } from './elf.ts';
import type { ImageSymbol } from './symbol-table.ts';

/** The frames beside one in its stack, and the images they are of. */
export interface Neighbours {
  /** The frame that this one called, and the one that called it. */
  readonly callee?: Frame | undefined;
  readonly caller?: Frame | undefined;
  readonly imageOf: (frame: Frame) => Image | undefined;
}

/** The symbols that a frame can be in: those of its name and size. Without a size, those it fits into. */
export async function symbolsFitting(image: Image, frame: Frame): Promise<readonly ImageSymbol[]> {
  const { function: name, offset, size } = frame;
  if (name === undefined || offset === undefined) return [];
  const named = await image.symbols(name);
  return named.filter((symbol) => (size === undefined ? offset <= symbol.size : size === symbol.size));
}

/**
 * Narrows functions of one name and size down by the frames beside: the call before the return address goes to the
 * function of the frame below, and the caller's call goes to this one. What no call tells stays as it was.
 */
export async function chooseSymbols(
  image: Image,
  frame: Frame,
  fitting: readonly ImageSymbol[],
  neighbours: Neighbours,
): Promise<readonly ImageSymbol[]> {
  if (fitting.length < 2) return fitting;
  const byCallee = await thatCall(image, frame, fitting, neighbours);
  if (byCallee.length === 1) return byCallee;
  const left = byCallee.length > 0 ? byCallee : fitting;
  const byCaller = await thatAreCalled(image, frame, left, neighbours);
  return byCaller.length > 0 ? byCaller : left;
}

async function thatCall(
  image: Image,
  { offset = 0 }: Frame,
  symbols: readonly ImageSymbol[],
  { callee, imageOf }: Neighbours,
): Promise<readonly ImageSymbol[]> {
  const name = callee?.function;
  if (callee === undefined || name === undefined) return [];
  const isSameImage = imageOf(callee) === image;
  const targets = isSameImage
    ? new Set((await image.symbols(name)).map((symbol) => image.addressOf(symbol)))
    : undefined;
  const calling: ImageSymbol[] = [];
  for (const symbol of symbols) {
    const call = await image.callBefore({ section: symbol.section, offset: symbol.offset + offset });
    if (call !== undefined && (call.name === name || targets?.has(call.address) === true)) calling.push(symbol);
  }
  return calling;
}

async function thatAreCalled(
  image: Image,
  frame: Frame,
  symbols: readonly ImageSymbol[],
  { caller, imageOf }: Neighbours,
): Promise<readonly ImageSymbol[]> {
  // Functions of one name in one kernel are static: none of another image calls them directly.
  if (caller?.offset === undefined || imageOf(caller) !== image) return [];
  const calls: Callee[] = [];
  for (const symbol of await symbolsFitting(image, caller)) {
    const call = await image.callBefore({ section: symbol.section, offset: symbol.offset + caller.offset });
    if (call !== undefined) calls.push(call);
  }
  const addresses = new Set(calls.map(({ address }) => address));
  return frame.function === undefined ? [] : symbols.filter((symbol) => addresses.has(image.addressOf(symbol)));
}
