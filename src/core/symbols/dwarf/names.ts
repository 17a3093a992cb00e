import { lazyText, utf8 } from '../lazy-bytes.ts';
import { u32At, u64At } from '../cursor.ts';
import { form } from './constants.ts';
import type { DebugFile } from './debug-file.ts';
import { type Attributed, type Entry, readEntry } from './entry.ts';
import type { Unit } from './unit.ts';
import { peekUnitHolding } from './units.ts';

/** Entries that only point at others are followed this far: longer chains are broken files. */
const mostHops = 8;

/** The name of an entry, its own or that of the entry it is a copy of. Asks the file, see `settled`. */
export function nameOf(file: DebugFile, unit: Unit, entry: Pick<Entry, 'name' | 'origin'>): string | undefined {
  let place: { file: DebugFile; unit: Unit; entry: Pick<Entry, 'name' | 'origin'> } | undefined = { file, unit, entry };
  for (let hop = 0; place !== undefined && hop < mostHops; hop++) {
    if (place.entry.name.form !== 0) return textOf(place.file, place.unit, place.entry.name);
    if (place.entry.origin.form === 0) return undefined;
    place = originOf(place.file, place.unit, place.entry.origin);
  }
  return undefined;
}

function originOf(
  file: DebugFile,
  unit: Unit,
  { form: which, value }: Attributed,
): { readonly file: DebugFile; readonly unit: Unit; readonly entry: Entry } | undefined {
  switch (which) {
    case form.refAddr:
      return entryIn(file, value);
    case form.gnuRefAlt:
    case form.refSup4:
    case form.refSup8: {
      const supplement = supplementOf(file);
      return supplement === undefined ? undefined : entryIn(supplement, value);
    }
    case form.refSig8:
      return undefined;
    default:
      return value < unit.bytes.length ? { file, unit, entry: readEntry(unit, value) } : undefined;
  }
}

function entryIn(
  file: DebugFile,
  offset: number,
): { readonly file: DebugFile; readonly unit: Unit; readonly entry: Entry } | undefined {
  const unit = peekUnitHolding(file, offset);
  return unit === undefined ? undefined : { file, unit, entry: readEntry(unit, offset - unit.offset) };
}

/** The text an attribute gives. Asks the file, see `settled`. */
export function textOf(
  file: DebugFile,
  unit: Pick<Unit, 'bytes' | 'root' | 'offsetSize'>,
  attributed: Attributed,
): string {
  const { form: which, value } = attributed;
  switch (which) {
    case form.string: {
      const end = unit.bytes.indexOf(0, value);
      return utf8(unit.bytes.subarray(value, end < 0 ? unit.bytes.length : end));
    }
    case form.strp:
      return lazyText(file.strings, value);
    case form.lineStrp:
      return lazyText(file.lineStrings, value);
    case form.strx:
    case form.strx1:
    case form.strx2:
    case form.strx3:
    case form.strx4:
    case form.gnuStrIndex:
      return indexedText(file, unit, value);
    case form.strpSup:
    case form.gnuStrpAlt: {
      const supplement = supplementOf(file);
      return supplement === undefined ? '' : lazyText(supplement.strings, value);
    }
    default:
      return '';
  }
}

function indexedText(file: DebugFile, { root, offsetSize }: Pick<Unit, 'root' | 'offsetSize'>, index: number): string {
  const bytes = file.stringOffsets.peek(root.stringOffsetsBase + index * offsetSize, offsetSize);
  if (bytes.length === 0) return '';
  return lazyText(file.strings, offsetSize === 8 ? u64At(bytes, 0) : u32At(bytes, 0));
}

function supplementOf(file: DebugFile): DebugFile | undefined {
  const { known, missing } = file;
  if (known.supplement === undefined) {
    missing.loads.push(async () => {
      known.supplement = (await file.openSupplement()) ?? 'absent';
    });
  }
  return known.supplement === 'absent' ? undefined : known.supplement;
}
