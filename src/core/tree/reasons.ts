import { type Line1, LineIndex } from '../base/position.ts';
import type { TreeFiles } from '../ports.ts';
import { type Enum, readEnums } from './enums.ts';
import { memberDocs } from './kernel-doc.ts';
import type { TreeProblem } from './problem.ts';
import type { Source } from './sources.ts';
import { tokenize } from './tokens.ts';

/** One drop or RST reason as the tree declares it. */
export interface Reason {
  /** The enumerator: `SKB_DROP_REASON_NO_SOCKET`. */
  readonly name: string;
  /** As C counts it in this tree; it differs between trees. */
  readonly number: number;
  /** The kernel-doc text on one line; empty where there is none. */
  readonly doc: string;
  readonly file: string;
  readonly line: Line1;
}

export interface Reasons {
  readonly drop: ReadonlyMap<string, Reason>;
  readonly rst: ReadonlyMap<string, Reason>;
}

/**
 * Reads the enums of reasons: skb_drop_reason (include/net/dropreason*.h, before that include/linux/skbuff.h), those of
 * the subsystems that the tree's own comments point to, and sk_rst_reason. A tree without them has none.
 */
export async function readReasons(
  files: TreeFiles,
): Promise<{ readonly value: Reasons; readonly problems: readonly TreeProblem[] }> {
  const headers = await readHeaders(files);
  const constants = new Map<string, number>();
  // Headers count from one another: a first reading finds the numbers that a second one may start from.
  for (const source of headers) readEnums(tokenize(source.text), constants);
  const enums = headers.flatMap((source) => {
    const lines = new LineIndex(source.text);
    const docs = memberDocs(source.text);
    return readEnums(tokenize(source.text), constants).map((found) => ({ ...found, source, lines, docs }));
  });
  const drop = enums.filter((found) => found.name.endsWith('drop_reason'));
  const rst = enums.filter((found) => found.name.endsWith('rst_reason'));
  return {
    value: { drop: reasonsOf(drop), rst: reasonsOf(rst) },
    problems: [...drop, ...rst].flatMap(problemsOf),
  };
}

interface PlacedEnum extends Enum {
  readonly source: Source;
  readonly lines: LineIndex;
  readonly docs: ReadonlyMap<string, string>;
}

/** The core reasons come first, so that subsystems can count from them. */
async function readHeaders(files: TreeFiles): Promise<readonly Source[]> {
  const names = (await files.list('include/net')).filter((name) => /^(drop|rst)_?reason.*\.h$/.test(name)).sort();
  const core = names.filter((name) => name.includes('core'));
  const rest = names.filter((name) => !name.includes('core'));
  const first = await readAll(
    files,
    [...core, ...rest].map((name) => `include/net/${name}`),
  );
  if (!first.some((source) => source.text.includes('enum skb_drop_reason'))) {
    const skbuff = await readAll(files, ['include/linux/skbuff.h']);
    return skbuff.some((source) => source.text.includes('enum skb_drop_reason')) ? [...skbuff, ...first] : first;
  }
  const known = new Set(first.map((source) => source.file));
  const others = new Set(first.flatMap((source) => pointedTo(source.text)).filter((file) => !known.has(file)));
  return [...first, ...(await readAll(files, [...others]))];
}

/** `see net/mac80211/drop.h` in the comments of the enum of subsystems. */
function pointedTo(text: string): readonly string[] {
  return [...text.matchAll(/\bsee (?:\* )?((?:net|include|drivers)\/[\w/.-]+\.h)\b/g)].map((match) => match[1] ?? '');
}

async function readAll(files: TreeFiles, paths: readonly string[]): Promise<readonly Source[]> {
  const texts = await Promise.all(paths.map((file) => files.read(file)));
  return texts.flatMap((text, index) => {
    const file = paths[index];
    return text === undefined || file === undefined ? [] : [{ file, text }];
  });
}

function reasonsOf(enums: readonly PlacedEnum[]): ReadonlyMap<string, Reason> {
  const reasons = new Map<string, Reason>();
  for (const { members, source, lines, docs } of enums) {
    for (const { name, number, at } of members) {
      if (number === undefined || isBookkeeping(name)) continue;
      if (!reasons.has(name)) {
        reasons.set(name, { name, number, doc: docs.get(name) ?? '', file: source.file, line: lines.lineAt(at) });
      }
    }
  }
  return reasons;
}

/** Ends and bases of lists, and masks: not reasons that a packet can have. */
function isBookkeeping(name: string): boolean {
  return name.startsWith('__') || name.endsWith('_MAX') || name.endsWith('_MASK');
}

function problemsOf(found: PlacedEnum): readonly TreeProblem[] {
  const file = found.source.file;
  const uncounted = found.members.find((member) => member.number === undefined);
  const line = (at: number): Line1 => found.lines.lineAt(at);
  return [
    ...(uncounted === undefined
      ? []
      : [{ kind: 'number-unknown', file, line: line(uncounted.at), name: uncounted.name } as const]),
    ...(found.conditional
      ? [{ kind: 'number-conditional', file, line: line(found.at), name: found.name } as const]
      : []),
  ];
}
