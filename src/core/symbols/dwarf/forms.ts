import { type Cursor, skipText, sleb, u16, u16At, u32, u32At, u64, u8, uleb } from '../cursor.ts';
import { form } from './constants.ts';

/** How wide offsets into other sections are: 4 bytes, 8 in 64-bit DWARF. */
export type OffsetSize = 4 | 8;

/**
 * Reads an attribute's value as one number: what the number means is told by the form. Texts and blocks give the
 * place where they begin in the cursor's bytes, flags 1.
 */
export function readForm(cursor: Cursor, which: number, implicit: number, offsetSize: OffsetSize): number {
  switch (which) {
    case form.addr:
    case form.data8:
    case form.ref8:
    case form.refSig8:
    case form.refSup8:
      return u64(cursor);
    case form.data1:
    case form.flag:
    case form.ref1:
    case form.strx1:
    case form.addrx1:
      return u8(cursor);
    case form.data2:
    case form.ref2:
    case form.strx2:
    case form.addrx2:
      return u16(cursor);
    case form.strx3:
    case form.addrx3:
      return u16(cursor) + u8(cursor) * 0x1_0000;
    case form.data4:
    case form.ref4:
    case form.refSup4:
    case form.strx4:
    case form.addrx4:
      return u32(cursor);
    case form.strp:
    case form.lineStrp:
    case form.secOffset:
    case form.refAddr:
    case form.strpSup:
    case form.gnuRefAlt:
    case form.gnuStrpAlt:
      return offsetSize === 8 ? u64(cursor) : u32(cursor);
    case form.udata:
    case form.refUdata:
    case form.strx:
    case form.addrx:
    case form.loclistx:
    case form.rnglistx:
    case form.gnuAddrIndex:
    case form.gnuStrIndex:
      return uleb(cursor);
    case form.sdata:
      return sleb(cursor);
    case form.implicitConst:
      return implicit;
    case form.flagPresent:
      return 1;
    case form.indirect:
      return readIndirect(cursor, offsetSize);
    default: {
      const start = cursor.at;
      skipForm(cursor, which, offsetSize);
      return start;
    }
  }
}

/** The form itself stands in front of the value; an indirect one that names itself again is broken. */
function readIndirect(cursor: Cursor, offsetSize: OffsetSize): number {
  const which = uleb(cursor);
  return which === form.indirect ? 0 : readForm(cursor, which, 0, offsetSize);
}

/** Moves behind a value. A form that no standard knows ends the bytes: what follows can't be found. */
export function skipForm(cursor: Cursor, which: number, offsetSize: OffsetSize): void {
  cursor.at = skipStep(cursor.bytes, cursor.at, stepOf(which, offsetSize));
}

/**
 * How a form is skipped, as one number, so that the forms of an entry become a short list: a positive step is that many
 * bytes, negative ones are of the lengths below.
 */
export function stepOf(which: number, offsetSize: OffsetSize): number {
  const fixed = fixedSizes[which];
  if (fixed !== undefined) return fixed;
  return offsetForms.has(which) ? offsetSize : (steps[which] ?? step.unknown);
}

export const step = {
  leb: -1,
  text: -2,
  block: -3,
  block1: -4,
  block2: -5,
  block4: -6,
  indirect: -7,
  unknown: -8,
} as const;

/** Where the bytes go on behind a value that is skipped by this step. */
export function skipStep(bytes: Uint8Array, from: number, by: number): number {
  let at = from;
  if (by >= 0) return at + by;
  if (by === step.leb) {
    while ((bytes[at++] ?? 0) > 127);
    return at;
  }
  const cursor = { bytes, at };
  switch (by) {
    case step.text:
      skipText(cursor);
      return cursor.at;
    case step.block: {
      const length = uleb(cursor);
      return cursor.at + length;
    }
    case step.block1:
      return at + 1 + (bytes[at] ?? 0);
    case step.block2:
      return at + 2 + u16At(bytes, at);
    case step.block4:
      return at + 4 + u32At(bytes, at);
    case step.indirect: {
      const which = uleb(cursor);
      // Offsets in an indirect form are those of 32-bit DWARF: nothing writes others.
      return which === form.indirect ? bytes.length : skipStep(bytes, cursor.at, stepOf(which, 4));
    }
    default:
      return bytes.length;
  }
}

const fixedSizes: Readonly<Record<number, number>> = {
  [form.flagPresent]: 0,
  [form.implicitConst]: 0,
  [form.data1]: 1,
  [form.flag]: 1,
  [form.ref1]: 1,
  [form.strx1]: 1,
  [form.addrx1]: 1,
  [form.data2]: 2,
  [form.ref2]: 2,
  [form.strx2]: 2,
  [form.addrx2]: 2,
  [form.strx3]: 3,
  [form.addrx3]: 3,
  [form.data4]: 4,
  [form.ref4]: 4,
  [form.refSup4]: 4,
  [form.strx4]: 4,
  [form.addrx4]: 4,
  [form.addr]: 8,
  [form.data8]: 8,
  [form.ref8]: 8,
  [form.refSig8]: 8,
  [form.refSup8]: 8,
  [form.data16]: 16,
};

const offsetForms: ReadonlySet<number> = new Set([
  form.strp,
  form.lineStrp,
  form.secOffset,
  form.refAddr,
  form.strpSup,
  form.gnuRefAlt,
  form.gnuStrpAlt,
]);

const steps: Readonly<Record<number, number>> = {
  [form.udata]: step.leb,
  [form.sdata]: step.leb,
  [form.refUdata]: step.leb,
  [form.strx]: step.leb,
  [form.addrx]: step.leb,
  [form.loclistx]: step.leb,
  [form.rnglistx]: step.leb,
  [form.gnuAddrIndex]: step.leb,
  [form.gnuStrIndex]: step.leb,
  [form.string]: step.text,
  [form.block]: step.block,
  [form.exprloc]: step.block,
  [form.block1]: step.block1,
  [form.block2]: step.block2,
  [form.block4]: step.block4,
  [form.indirect]: step.indirect,
};
