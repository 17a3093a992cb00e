/**
 * Follows tables of sysctls through the functions that set them up: a template is copied (`kmemdup`), handed to
 * helpers, its entries are pointed at fields, and the copy is registered under a folder. Statements are read in
 * order without regard to branches: every branch contributes.
 */
import type { Definitions, FunctionText } from './definitions.ts';
import { type Macro, applyDirective, expand } from './macros.ts';
import type { SysctlTable } from './sysctl-tables.ts';
import { type Token, closing, splitAtCommas } from './tokens.ts';

interface Unit {
  readonly definitions: Definitions;
  readonly tables: readonly SysctlTable[];
}

type Tables = ReadonlySet<SysctlTable>;

/** What is known across functions: what a function returns and what it is called with. */
interface Calls {
  readonly returned: Map<string, Set<SysctlTable>>;
  readonly passed: Map<string, Set<SysctlTable>>;
}

/** Fills in the folders and data of all tables. Runs until nothing new is passed between functions. */
export function followTables(units: readonly Unit[]): void {
  const calls: Calls = { returned: new Map(), passed: new Map() };
  const read = units.flatMap((unit) =>
    unit.definitions.functions.map((fn) => ({ unit, fn, statements: statementsOf(fn) })),
  );
  for (let round = 0, before = -1; round < 4 && before !== passedOn(calls); round += 1) {
    before = passedOn(calls);
    for (const { unit, fn, statements } of read) followFunction(unit, fn, statements, calls);
  }
}

function passedOn({ returned, passed }: Calls): number {
  return [...returned.values(), ...passed.values()].reduce((sum, tables) => sum + tables.size, 0);
}

/** What holds while one function is read. */
interface Scope {
  readonly unit: Unit;
  readonly fn: FunctionText;
  readonly calls: Calls;
  readonly aliases: Map<string, Tables>;
  /** Folders and parts of folders that local variables can hold. */
  readonly texts: Map<string, readonly string[]>;
  readonly counters: Map<string, number>;
}

type Statement = readonly Token[];

function followFunction(unit: Unit, fn: FunctionText, statements: readonly Statement[], calls: Calls): void {
  const scope: Scope = { unit, fn, calls, aliases: new Map(), texts: new Map(), counters: new Map() };
  fn.parameters.forEach((name, position) => {
    const passed = calls.passed.get(`${fn.name}/${position}`);
    if (passed !== undefined) scope.aliases.set(name, passed);
  });
  for (const statement of statements) followStatement(scope, statement);
}

/** Statements cut at semicolons and braces, macros expanded as they are defined at that point. */
function statementsOf(fn: FunctionText): readonly Statement[] {
  const statements: Statement[] = [];
  const macros = new Map<string, Macro>(fn.macros);
  let pending: Token[] = [];
  let depth = 0;
  const flush = (): void => {
    if (pending.length > 0) statements.push(...cut(expand(pending, macros)));
    pending = [];
  };
  for (const token of fn.body) {
    if (token.kind === 'directive') {
      flush();
      applyDirective(macros, token);
      continue;
    }
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    const ends = token.kind === 'punctuation' && (token.text === ';' || token.text === '{' || token.text === '}');
    if (ends && depth === 0) flush();
    else pending.push(token);
  }
  flush();
  return statements;
}

/** A macro may have brought semicolons of its own. */
function cut(tokens: readonly Token[]): readonly Statement[] {
  if (!tokens.some((token) => token.text === ';')) return [tokens];
  const parts: Token[][] = [[]];
  for (const token of tokens) {
    if (token.kind === 'punctuation' && token.text === ';') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.filter((part) => part.length > 0);
}

function followStatement(scope: Scope, statement: Statement): void {
  pointEntry(scope, statement);
  assign(scope, statement);
  followCalls(scope, statement);
  if (statement[0]?.text === 'return')
    remember(scope.calls.returned, scope.fn.name, tablesIn(scope, statement.slice(1)));
  if (scope.counters.size > 0) count(scope, statement);
}

/** `idx++`, wherever it stands in the statement. */
function count(scope: Scope, statement: Statement): void {
  statement.forEach((token, index) => {
    const name = token.text === '++' ? (statement[index - 1]?.text ?? '') : '';
    const value = scope.counters.get(name);
    if (value !== undefined) scope.counters.set(name, value + 1);
  });
}

/** `table[INDEX].data = &field` */
function pointEntry(scope: Scope, statement: Statement): void {
  const dot = statement.findIndex(
    (token, index) => token.text === '.' && statement[index + 1]?.text === 'data' && statement[index + 2]?.text === '=',
  );
  if (dot < 0 || statement[dot - 1]?.text !== ']') return;
  const open = statement.findLastIndex((token, index) => index < dot && token.text === '[');
  const index = statement[open + 1];
  const base = statement[open - 1];
  if (index === undefined || base === undefined) return;
  const counted = scope.counters.get(index.text);
  for (const table of tablesNamed(scope, base.text)) {
    const key = counted === undefined ? index.text : (table.entries[counted]?.index ?? '');
    table.data.set(key, [statement.slice(dot + 3)]);
  }
}

/** `table = kmemdup(template, ...)`, `idx = 0`, `name = "ipv4"`. */
function assign(scope: Scope, statement: Statement): void {
  const equals = statement.findIndex((token) => token.kind === 'punctuation' && token.text === '=');
  const name = statement[equals - 1];
  const first = statement[equals + 1];
  if (name?.kind !== 'word' || first === undefined) return;
  const value = statement.slice(equals + 1);
  if (value.length === 1 && first.kind === 'number') scope.counters.set(name.text, Number(first.text));
  if (value.length === 1 && first.kind === 'string') {
    scope.texts.set(name.text, [...(scope.texts.get(name.text) ?? []), first.text]);
  }
  const tables = tablesIn(scope, value);
  if (tables.size > 0) scope.aliases.set(name.text, new Set([...(scope.aliases.get(name.text) ?? []), ...tables]));
}

function followCalls(scope: Scope, statement: Statement): void {
  for (const [index, token] of statement.entries()) {
    if (token.kind !== 'word' || statement[index + 1]?.text !== '(') continue;
    const registers = registration.test(token.text);
    if (!registers && token.text !== 'snprintf' && scope.aliases.size === 0) continue;
    const values = splitAtCommas(statement.slice(index + 2, closing(statement, index + 1)));
    if (token.text === 'snprintf') formatPath(scope, values);
    else if (registers) register(scope, values);
    else passOn(scope, token.text, values);
  }
}

/** register_net_sysctl, register_net_sysctl_sz, register_sysctl, __register_sysctl_table, ... */
const registration = /^_*register_(net_)?sysctl/;

/** `set_up_entries(net, table)`: the helper's parameter is that table. */
function passOn(scope: Scope, callee: string, values: readonly (readonly Token[])[]): void {
  for (const [position, value] of values.entries()) {
    const alias = value.length === 1 ? scope.aliases.get(value[0]?.text ?? '') : undefined;
    if (alias !== undefined) remember(scope.calls.passed, `${callee}/${position}`, alias);
  }
}

/** `snprintf(path, sizeof(path), "net/ipv4/conf/%s", name)`: what is not known here becomes `*`. */
function formatPath(scope: Scope, values: readonly (readonly Token[])[]): void {
  const target = values[0]?.[0];
  const format = values[2]?.[0];
  if (target === undefined || format?.kind !== 'string') return;
  let paths = [format.text];
  for (const value of values.slice(3)) {
    const texts = (value.length === 1 ? scope.texts.get(value[0]?.text ?? '') : undefined) ?? ['*'];
    const parts = texts.length > 0 && !texts.includes('default') ? texts : ['*'];
    paths = paths.flatMap((path) => parts.map((part) => path.replace('%s', part)));
  }
  scope.texts.set(target.text, paths);
}

/** `register_net_sysctl(net, "net/ipv4", table)`: the table stands behind the folder. */
function register(scope: Scope, values: readonly (readonly Token[])[]): void {
  const position = values.findIndex((value) => foldersIn(scope, value).length > 0);
  const table = values[position + 1];
  if (position < 0 || table === undefined) return;
  for (const found of tablesIn(scope, table)) {
    for (const folder of foldersIn(scope, values[position] ?? [])) found.folders.add(folder);
  }
}

function foldersIn(scope: Scope, value: readonly Token[]): readonly string[] {
  const only = value.length === 1 ? value[0] : undefined;
  if (only?.kind === 'string') return [only.text];
  return only === undefined ? [] : (scope.texts.get(only.text) ?? []);
}

/** All tables that an expression speaks of. */
function tablesIn(scope: Scope, tokens: readonly Token[]): Tables {
  const found = new Set<SysctlTable>();
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word') continue;
    const called = tokens[index + 1]?.text === '(' ? scope.calls.returned.get(token.text) : undefined;
    for (const table of called ?? tablesNamed(scope, token.text)) found.add(table);
  }
  return found;
}

function tablesNamed(scope: Scope, name: string): Tables {
  const alias = scope.aliases.get(name);
  if (alias !== undefined) return alias;
  return new Set(scope.unit.tables.filter((table) => table.name === name || table.member === name));
}

function remember(map: Map<string, Set<SysctlTable>>, key: string, tables: Tables): void {
  if (tables.size === 0) return;
  const known = map.get(key) ?? new Set();
  for (const table of tables) known.add(table);
  map.set(key, known);
}
