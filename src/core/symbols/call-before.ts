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

/** Bytes of the longest call: through a pointer on x86-64, FF /2 with a prefix, SIB and 32 bits of distance. */
export const longestCall = 8;

/** Whether a call of any kind ends these bytes; undefined for a machine whose instructions aren't known. */
export function endsInCall({ machine }: Pick<ElfLayout, 'machine'>, bytes: Uint8Array): boolean | undefined {
  const before = (distance: number): number => bytes[bytes.length - distance] ?? 0;
  if (machine === 'aarch64') {
    const word = u32At(bytes, bytes.length - 4);
    return (word & 0xfc00_0000) >>> 0 === 0x9400_0000 || (word & 0xffff_fc1f) >>> 0 === 0xd63f_0000;
  }
  if (machine !== 'x86_64') return undefined;
  if (before(5) === 0xe8) return true;
  return [2, 3, 4, 6, 7].some(
    (length) => before(length) === 0xff && lengthOfCall(before(length - 1), before(length - 2)) === length,
  );
}

/** Bytes of FF with this ModRM (and SIB) byte; 0 when it is no call. */
function lengthOfCall(modrm: number, sib: number): number {
  if (((modrm >> 3) & 7) !== 2) return 0;
  const [mode, register] = [modrm >> 6, modrm & 7];
  if (mode === 3) return 2;
  const withSib = register === 4 ? 1 : 0;
  if (mode === 1) return 3 + withSib;
  if (mode === 2) return 6 + withSib;
  const isFar = register === 5 || (withSib === 1 && (sib & 7) === 5);
  return 2 + withSib + (isFar ? 4 : 0);
}

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
