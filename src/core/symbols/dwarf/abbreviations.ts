import { cursorAt, sleb, uleb } from '../cursor.ts';
import { attribute, form, tag } from './constants.ts';
import { type OffsetSize, stepOf } from './forms.ts';

/** What entries of one abbreviation have: their tag, whether children follow, and their attributes in order. */
export interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly names: readonly number[];
  readonly forms: readonly number[];
  /** The values of DW_FORM_implicit_const; 0 for others. */
  readonly implicits: readonly number[];
  /** How all attributes are skipped, see `stepOf`; neighbours of fixed size are one step. */
  readonly steps: readonly number[];
  /** Bytes of all attributes, where entries have no sibling attribute and always take as many; else -1. */
  readonly fixedSize: number;
  /** The same up to DW_AT_sibling, and its form; both undefined where there is none. */
  readonly toSibling: readonly number[] | undefined;
  readonly siblingForm: number | undefined;
  /** A function that may have code of its own. */
  readonly isCode: boolean;
  /** Where its code is one stretch, told by a plain address and a distance behind it: how to get there, and the distance's form. */
  readonly stretch: { readonly toLowPc: readonly number[]; readonly distance: number } | undefined;
}

/** The declarations of a unit, by their code. */
export interface AbbreviationTable {
  get(code: number): Abbreviation | undefined;
  /**
   * How entries of a code are passed over, see `passOver`: 0 and more is the number of bytes behind the code; at and below
   * `pass.sibling`, as many bytes less there stands where to go on.
   */
  readonly passes: Int32Array;
}

export const pass = {
  /** Such an entry wants a look: it may hold code, its length isn't fixed, it ends a list, or `get` was not asked for its code yet. */
  look: -1,
  sibling: -2,
} as const;

/**
 * Finds where each declaration starts; one is taken apart when an entry uses it. Undefined when the bytes end before the
 * table does: then more of them are needed. With `only`, what follows that declaration isn't looked at.
 */
export function readAbbreviations(
  bytes: Uint8Array,
  offsetSize: OffsetSize,
  only?: number,
): AbbreviationTable | undefined {
  const starts: Starts = { counted: [-1], others: new Map() };
  const cursor = cursorAt(bytes);
  for (;;) {
    const code = uleb(cursor);
    if (cursor.at > bytes.length) return undefined;
    if (code === 0) return tableOf(bytes, starts, offsetSize);
    if (code === starts.counted.length) starts.counted.push(cursor.at);
    else starts.others.set(code, cursor.at);
    uleb(cursor);
    const end = behindPairs(bytes, cursor.at + 1);
    if (end === undefined) return undefined;
    cursor.at = end;
    if (code === only) return tableOf(bytes, starts, offsetSize);
  }
}

/** Where declarations begin. Codes are counted up from 1; a broken file may have others. */
interface Starts {
  readonly counted: number[];
  readonly others: Map<number, number>;
}

/** Behind a list of names and forms, which two zeros end; undefined when the bytes end before. */
function behindPairs(bytes: Uint8Array, from: number): number | undefined {
  let at = from;
  for (;;) {
    const name = bytes[at++] ?? 0;
    if (name > 127) while ((bytes[at++] ?? 0) > 127);
    const which = bytes[at++] ?? 0;
    if (which > 127) while ((bytes[at++] ?? 0) > 127);
    if (which === form.implicitConst) while ((bytes[at++] ?? 0) > 127);
    if (at > bytes.length) return undefined;
    if (name === 0 && which === 0) return at;
  }
}

function tableOf(bytes: Uint8Array, { counted, others }: Starts, offsetSize: OffsetSize): AbbreviationTable {
  const read = Array.from<Abbreviation | undefined>({ length: counted.length });
  const passes = new Int32Array(counted.length).fill(pass.look);
  return {
    passes,
    get(code) {
      const known = read[code];
      if (known !== undefined) return known;
      const start = code === 0 ? undefined : (counted[code] ?? others.get(code));
      if (start === undefined) return undefined;
      const abbreviation = readDeclaration(bytes, start, offsetSize);
      if (code < read.length) {
        read[code] = abbreviation;
        passes[code] = passOf(abbreviation);
      }
      return abbreviation;
    },
  };
}

function readDeclaration(bytes: Uint8Array, start: number, offsetSize: OffsetSize): Abbreviation {
  const cursor = cursorAt(bytes, start);
  const names: number[] = [];
  const forms: number[] = [];
  const implicits: number[] = [];
  const ownTag = uleb(cursor);
  const hasChildren = bytes[cursor.at++] === 1;
  for (;;) {
    const name = uleb(cursor);
    const which = uleb(cursor);
    if ((name === 0 && which === 0) || cursor.at > bytes.length) break;
    names.push(name);
    forms.push(which);
    implicits.push(which === form.implicitConst ? sleb(cursor) : 0);
  }
  const sibling = names.indexOf(attribute.sibling);
  const steps = stepsOf(forms, offsetSize);
  const low = names.indexOf(attribute.lowPc);
  const isPlain = forms[low] === form.addr && names[low + 1] === attribute.highPc && !names.includes(attribute.ranges);
  const distance = forms[low + 1] ?? form.addr;
  return {
    tag: ownTag,
    hasChildren,
    names,
    forms,
    implicits,
    steps,
    fixedSize: sibling < 0 && steps.length < 2 && (steps[0] ?? 0) >= 0 ? (steps[0] ?? 0) : -1,
    isCode: ownTag === tag.subprogram && (names.includes(attribute.lowPc) || names.includes(attribute.ranges)),
    stretch:
      isPlain && isDistance(distance) ? { toLowPc: stepsOf(forms.slice(0, low), offsetSize), distance } : undefined,
    toSibling: sibling < 0 ? undefined : stepsOf(forms.slice(0, sibling), offsetSize),
    siblingForm: forms[sibling],
  };
}

/** Entries without code that are passed in one step: they end after so many bytes, or say soon where the next one is. */
function passOf({ tag: ownTag, isCode, fixedSize, hasChildren, toSibling, siblingForm }: Abbreviation): number {
  if (isCode || lookedInto.has(ownTag)) return pass.look;
  if (fixedSize >= 0) return hasChildren ? pass.look : fixedSize;
  const [distance = 0, ...further] = toSibling ?? [-1];
  return siblingForm === form.ref4 && distance >= 0 && further.length === 0 ? pass.sibling - distance : pass.look;
}

const lookedInto: ReadonlySet<number> = new Set([tag.namespace, tag.inlinedSubroutine, tag.lexicalBlock]);

const isDistance = (which: number): boolean =>
  which === form.data1 || which === form.data2 || which === form.data4 || which === form.data8 || which === form.udata;

function stepsOf(forms: readonly number[], offsetSize: OffsetSize): readonly number[] {
  const steps: number[] = [];
  for (const which of forms) {
    const step = stepOf(which, offsetSize);
    const last = steps.at(-1);
    if (step >= 0 && last !== undefined && last >= 0) steps[steps.length - 1] = last + step;
    else steps.push(step);
  }
  return steps;
}
