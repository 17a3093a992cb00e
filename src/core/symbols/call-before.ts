import { u32At } from './cursor.ts';
import type { ElfLayout } from './elf-layout.ts';
import type { Relocation } from './relocations.ts';

/** What a direct call goes to: an address (see `baseOf`), and in a module, whose calls are not linked yet, the symbol's name. */
export interface Callee {
  readonly address: number;
  readonly name?: string;
}

/** Bytes of a direct call, from which a return address is reached: E8 rel32 on x86-64, BL on arm64. */
export const callSizes: Readonly<Record<string, number>> = { x86_64: 5, aarch64: 4 };

/**
 * Takes apart the instruction that ends at a return address. Undefined when it is no direct call: then it may be a call
 * through a pointer, or no call at all.
 *
 * @param bytes of the instruction, as many as `callSizes` says
 * @param returnAddress behind it
 * @param relocation of its operand, in a module
 */
export function calleeOf(
  { machine }: Pick<ElfLayout, 'machine'>,
  bytes: Uint8Array,
  returnAddress: number,
  relocation?: Relocation & { readonly address: number; readonly name: string },
): Callee | undefined {
  const isX86 = machine === 'x86_64';
  const isCall = isX86 ? bytes[0] === 0xe8 : ((bytes[3] ?? 0) & 0xfc) === 0x94;
  if (!isCall || bytes.length !== callSizes[machine]) return undefined;
  if (relocation !== undefined) {
    // The operand of an x86 call counts from the return address, four bytes behind where it stands.
    const address = relocation.address + relocation.addend + (isX86 ? 4 : 0);
    return relocation.name === '' ? { address } : { address, name: relocation.name };
  }
  if (isX86) return { address: returnAddress + (u32At(bytes, 1) | 0) };
  const words = (u32At(bytes, 0) << 6) >> 6;
  return { address: returnAddress - 4 + words * 4 };
}
