import { type Line1, line1 } from '../base/position.ts';
import type { TreeFiles } from '../ports.ts';

/** A passage of the tree's own documentation. */
export interface Documentation {
  /** The heading's line and what stands below it, as written, without the common indent. */
  readonly text: string;
  readonly file: string;
  readonly line: Line1;
}

const networking = 'Documentation/networking';
const general = 'Documentation/admin-guide/sysctl/net.rst';

/**
 * What the tree says of a sysctl, e.g. `net.ipv4.tcp_syncookies`, or undefined where it says nothing. Where one name
 * is described several times (ipv4 and ipv6 both have accept_redirects), the one under the heading of its folder.
 */
export async function sysctlDocumentation(files: TreeFiles, name: string): Promise<Documentation | undefined> {
  const parts = name.split('.');
  const leaf = parts.at(-1) ?? '';
  const listed = (await files.list(networking)).filter((entry) => /sysctl.*\.rst$/.test(entry));
  const paths = [...listed.map((entry) => `${networking}/${entry}`), general];
  const texts = await Promise.all(paths.map((file) => files.read(file)));
  const found = paths.flatMap((file, index) => entriesFor(leaf, file, texts[index] ?? ''));
  const folder = parts.slice(0, -1);
  const best = found.reduce<Entry | undefined>(
    (kept, next) => (kept === undefined || likeness(next, folder) > likeness(kept, folder) ? next : kept),
    undefined,
  );
  return best === undefined ? undefined : { text: best.text, file: best.file, line: best.line };
}

interface Entry extends Documentation {
  /** The folder in the nearest heading above: `net`, `ipv6`, `conf`, `*`. */
  readonly section: readonly string[];
}

/** How many parts of a folder a section names; -1 where the section is about another one. */
function likeness({ section }: Entry, folder: readonly string[]): number {
  const named = section.filter((part) => part !== '' && !part.includes('*'));
  return named.every((part) => folder.includes(part)) ? named.length : -1;
}

function entriesFor(leaf: string, file: string, text: string): readonly Entry[] {
  if (!text.includes(leaf)) return [];
  const lines = text.split('\n');
  const entries: Entry[] = [];
  let section = sectionOfFile(file);
  for (const [index, line] of lines.entries()) {
    section = /(?:^|[`\s])\/?proc\/sys\/([\w/]+)/.exec(isHeading(lines, index) ? line : '')?.[1]?.split('/') ?? section;
    if (!names(line, leaf) || !(isTerm(lines, index) || isHeading(lines, index))) continue;
    entries.push({ text: bodyAt(lines, index), file, line: line1(index + 1), section });
  }
  return entries;
}

/** admin-guide/sysctl/net.rst describes net.core under headings that do not say so. */
function sectionOfFile(file: string): readonly string[] {
  return file === general ? ['net', 'core'] : ['net'];
}

/** `tcp_rmem - vector of 3 INTEGERs`, `conf/all/forwarding - BOOLEAN`, `a_low, a_high - INTEGER`, or the bare name. */
function names(line: string, leaf: string): boolean {
  const head = line.split(' - ')[0] ?? '';
  return head.split(/[,\s]+/).some((word) => word.slice(word.lastIndexOf('/') + 1) === leaf);
}

/** A line at the margin with an indented text below it. */
function isTerm(lines: readonly string[], index: number): boolean {
  return /^\S/.test(lines[index] ?? '') && /^\s+\S/.test(lines[index + 1] ?? '');
}

/** A line that is underlined. */
function isHeading(lines: readonly string[], index: number): boolean {
  return /^\S/.test(lines[index] ?? '') && /^(?:=+|-+|~+)$/.test(lines[index + 1] ?? '');
}

function bodyAt(lines: readonly string[], index: number): string {
  const heading = isHeading(lines, index);
  let end = index + (heading ? 2 : 1);
  const goesOn = heading
    ? (at: number): boolean => !isHeading(lines, at)
    : (at: number): boolean => !/^\S/.test(lines[at] ?? '');
  while (end < lines.length && goesOn(end)) end += 1;
  const body = lines.slice(index + (heading ? 2 : 1), end).map((line) => line.replace(/^\t/, ''));
  return [lines[index] ?? '', ...body].join('\n').trim();
}
