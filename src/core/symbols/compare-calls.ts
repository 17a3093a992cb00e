import type { Frame } from '../model.ts';
import { symbolsFitting } from './choose-symbols.ts';
import type { Image } from './elf.ts';
import type { ImageSymbol } from './symbol-table.ts';

/** A return address and the frame that it called: they stand one after the other in a stack. */
export interface CallPair {
  readonly caller: Frame;
  readonly callee: Frame;
}

export interface CallComparison {
  /** Distinct places whose call goes to the function of the frame above. */
  readonly agreeing: number;
  /** Distinct places behind a call to something else, or through a pointer: tail calls and thunks are like that. */
  readonly others: number;
  /** Distinct places with no call before them: no return address is there in this build. */
  readonly without: readonly Frame[];
}

/** The pairs of each stack, unreliable and inlined frames left out. */
export function callPairs(stacks: readonly (readonly Frame[])[]): readonly CallPair[] {
  return stacks.flatMap((frames) => {
    const stack = frames.filter((frame) => frame.reliable && !frame.inlined && frame.offset !== undefined);
    return stack.flatMap((caller, index) => {
      const callee = stack[index - 1];
      return callee === undefined || caller.role !== 'call' || caller.offset === 0 ? [] : [{ caller, callee }];
    });
  });
}

/** Looks at the instructions before return addresses of an image. Where its code isn't there, nothing is counted. */
export async function compareCalls(image: Image, pairs: readonly CallPair[]): Promise<CallComparison> {
  const distinct = new Map(pairs.map((pair) => [`${pair.caller.function}+${pair.caller.offset}`, pair]));
  let [agreeing, others] = [0, 0];
  const without: Frame[] = [];
  for (const { caller, callee } of distinct.values()) {
    const found = await Promise.all(
      (await symbolsFitting(image, caller)).map((symbol) => callFrom(image, symbol, caller.offset ?? 0, callee)),
    );
    if (found.includes('agrees')) agreeing++;
    else if (found.includes('other')) others++;
    else if (found.includes('none')) without.push(caller);
  }
  return { agreeing, others, without };
}

async function callFrom(
  image: Image,
  { section, offset: start }: ImageSymbol,
  offset: number,
  callee: Frame,
): Promise<'agrees' | 'other' | 'none' | undefined> {
  const place = { section, offset: start + offset };
  const call = await image.callBefore(place);
  if (call === undefined) {
    const isCall = await image.isCallBefore(place);
    return isCall === undefined ? undefined : isCall ? 'other' : 'none';
  }
  const name = callee.function ?? '';
  if (call.name !== undefined && call.name === name) return 'agrees';
  const targets = await image.symbols(name);
  return targets.some((symbol) => image.addressOf(symbol) === call.address) ? 'agrees' : 'other';
}
