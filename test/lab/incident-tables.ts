/**
 * What each built-in incident says of each real tree, as tables that people read: `test/fixtures/incidents-in-trees`,
 * one file per area. A row is `KEY | TREES | FIELDS`, with `all` for all trees; the id of the incident stands above
 * its rows. UPDATE_GOLDENS=1 writes them anew; the difference is then checked against the trees' source.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { treeNames, type TreeName } from './trees.ts';

/** `status | all | present, rule 0 | accept-full counted`: which anchors are shown as evidence, in this order. */
export interface StatusRow {
  readonly status: string;
  /** Counted from 0. */
  readonly rule: number;
  readonly shown: readonly string[];
}

/** `accept-full | 6.1 6.12 | net/ipv4/tcp_input.c | tcp_conn_request | if (sk_acceptq_is_full(sk)) {` */
export interface AnchorRow {
  readonly file: string;
  /** `#2` behind the name: the second line of this text in the function. */
  readonly function: string;
  readonly nth: number;
  /** The whole line without the blanks around it. */
  readonly text: string;
}

/** What is said of one incident in one tree. */
export interface Expectation extends StatusRow {
  /** By the anchor's id, its first place; `absent` where it is not in the tree. */
  readonly anchors: Readonly<Record<string, AnchorRow | 'absent'>>;
  /** nstat names, sysctl paths and reasons that are shown for this tree. */
  readonly counters: readonly string[];
  readonly sysctls: readonly string[];
  readonly reasons: readonly string[];
}

export type Expectations = ReadonlyMap<string, Partial<Readonly<Record<TreeName, Expectation>>>>;

const folder = path.join(process.cwd(), 'test', 'fixtures', 'incidents-in-trees');
const names = ['counters', 'sysctls', 'reasons'] as const;

/** All tables, by the incident's id and the tree. */
export function readIncidentTables(): Expectations {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.txt')) : [];
  const blocks = files.flatMap((file) => readFileSync(path.join(folder, file), 'utf8').trim().split('\n\n'));
  return new Map(
    blocks.map((block) => {
      const [id = '', ...lines] = block.split('\n');
      const rows = lines.map(readRow);
      const trees = treeNames.filter((tree) => rows.some((row) => row.key === 'status' && row.trees.includes(tree)));
      return [id, Object.fromEntries(trees.map((tree) => [tree, expectationOf(rows, tree)]))];
    }),
  );
}

interface Row {
  readonly key: string;
  readonly trees: readonly string[];
  readonly fields: readonly string[];
}

function readRow(line: string): Row {
  const [key = '', trees = '', ...fields] = line.trim().split(' | ');
  return { key, trees: trees === 'all' ? treeNames : trees.split(' '), fields };
}

function expectationOf(rows: readonly Row[], tree: TreeName): Expectation {
  const here = rows.filter(({ trees }) => trees.includes(tree));
  const words = (key: string): readonly string[] =>
    here
      .find((row) => row.key === key)
      ?.fields[0]?.split(' ')
      .filter(Boolean) ?? [];
  const [status = '', shown = ''] = here.find(({ key }) => key === 'status')?.fields ?? [];
  const [word = '', rule = ''] = status.split(', rule ');
  const anchors = here.filter(({ key }) => key !== 'status' && !names.some((name) => name === key));
  return {
    status: word,
    rule: Number(rule),
    shown: shown.split(' ').filter(Boolean),
    anchors: Object.fromEntries(anchors.map(({ key, fields }) => [key, anchorRow(fields)])),
    counters: words('counters'),
    sysctls: words('sysctls'),
    reasons: words('reasons'),
  };
}

function anchorRow([file = '', where = '', ...text]: readonly string[]): AnchorRow | 'absent' {
  if (file === 'absent') return 'absent';
  const [name = '', nth = '1'] = where.split('#');
  return { file, function: name, nth: Number(nth), text: text.join(' | ') };
}

/** Writes the table of an area. */
export function writeIncidentTable(area: string, expectations: Expectations): void {
  mkdirSync(folder, { recursive: true });
  const blocks = [...expectations].map(([id, trees]) => [id, ...rowsOf(trees)].join('\n'));
  writeFileSync(path.join(folder, `${area}.txt`), `${blocks.join('\n\n')}\n`);
}

function rowsOf(trees: Partial<Readonly<Record<TreeName, Expectation>>>): readonly string[] {
  const lines = new Map<string, TreeName[]>();
  const add = (key: string, tree: TreeName, fields: string): void => {
    const line = `${key} | ${fields}`;
    lines.set(line, [...(lines.get(line) ?? []), tree]);
  };
  for (const tree of treeNames) {
    const found = trees[tree];
    if (!found) continue;
    add('status', tree, [`${found.status}, rule ${found.rule}`, found.shown.join(' ')].join(' | '));
    for (const [id, row] of Object.entries(found.anchors)) add(id, tree, anchorFields(row));
    for (const name of names) if (found[name].length > 0) add(name, tree, found[name].join(' '));
  }
  const order = [...new Set([...lines.keys()].map((line) => line.split(' | ')[0]))];
  return [...lines]
    .map(([line, of]) => {
      const [key = '', ...rest] = line.split(' | ');
      return { key, text: `  ${[key, of.length === treeNames.length ? 'all' : of.join(' '), ...rest].join(' | ')}` };
    })
    .sort((a, b) => order.indexOf(a.key) - order.indexOf(b.key))
    .map(({ text }) => text.trimEnd());
}

function anchorFields(row: AnchorRow | 'absent'): string {
  if (row === 'absent') return 'absent';
  return [row.file, row.nth === 1 ? row.function : `${row.function}#${row.nth}`, row.text].join(' | ');
}

/**
 * The lines (from 1) of a function in a file's text whose whole text this is. The function is found by its name at
 * the left margin and ends at the first brace there: other means than the parser's.
 */
export function linesInFunction(source: string, name: string, text: string): readonly number[] {
  const lines = source.split('\n');
  const found: number[] = [];
  for (const index of lines.keys()) {
    if (!isHead(lines, index, name)) continue;
    for (let at = index; at < lines.length; at++) {
      if (lines[at]?.trim() === text) found.push(at + 1);
      if (lines[at] === '}' && at > index) break;
    }
  }
  return found;
}

/** A line at the margin that holds `name(` and is followed by a body, not by a semicolon. */
function isHead(lines: readonly string[], index: number, name: string): boolean {
  const line = lines[index] ?? '';
  if (!/^[A-Za-z_]/.test(line) || !new RegExp(`(^|[^A-Za-z0-9_])${name}\\s*\\(`).test(line)) return false;
  const rest = lines.slice(index, index + 12).join('\n');
  const end = rest.search(/[;{]/);
  return end >= 0 && rest[end] === '{';
}
