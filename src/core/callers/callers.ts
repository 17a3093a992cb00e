/** Who calls a function: by name, through macros and callbacks, and through the fields it is stored in. */
import type { CallSite, Callers, Registration } from './call-model.ts';
import { callSite } from './call-site.ts';
import { fateOf } from './fates.ts';
import { callsThrough, type Holder } from './field-calls.ts';
import type { Outline } from './outline.ts';
import { type Definition, parametersOf, type TreeOutlines } from './tree-outlines.ts';
import { type Target, type Use, usesOf } from './uses.ts';

export interface CallersOptions {
  /** Calls beyond this many are counted and not told. */
  readonly most?: number;
}

const mostCalls = 500;

/**
 * @param file where the function is defined, relative to the tree: tells statics of one name apart; when absent, or
 * where the file has no such function, any function of that name is meant
 */
export async function callersOf(
  outlines: TreeOutlines,
  { function: name, file }: { readonly function: string; readonly file?: string },
  { most = mostCalls }: CallersOptions = {},
): Promise<Callers> {
  const found = await outlines.definitions(name);
  const here = found.filter((definition) => definition.file === file);
  const definitions = here.length > 0 ? here : found;
  const calls = new Map<string, CallSite>();
  const registrations: Registration[] = [];
  const holders: Holder[] = [];
  const add = (call: CallSite): void => {
    const key = `${call.file}:${call.line}:${call.function}`;
    const known = calls.get(key);
    if (known === undefined || known.kind === 'field') calls.set(key, call);
  };
  // What a system call is called by is made of its name by macros.
  const isSyscall = definitions.some(({ range }) => range?.definedBy?.includes('SYSCALL_DEFINE') === true);
  for await (const outline of isSyscall ? [] : speakers(outlines, name, definitions, found)) {
    for (const use of usesOf(outline, name, 'function')) {
      if (use.inside?.name === name && use.how.kind === 'called' && use.inside.nameAt === definitions[0]?.at) continue;
      await sort(outlines, outline, use, { add, registrations, holders });
    }
  }
  const arity = arityOf(definitions);
  for (const holder of holders)
    for (const call of await callsThrough(outlines, { ...holder, name, ...(arity === undefined ? {} : { arity }) }))
      add(call);
  const sorted = [...calls.values()].sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
  const [target] = definitions;
  const isRegistered = registrations.length > 0;
  const entry = isSyscall ? 'syscall' : isRegistered ? 'registered' : 'unknown';
  return {
    target:
      target === undefined
        ? { function: name }
        : { function: name, file: target.file, line: target.outline.lines.lineAt(target.at) },
    calls: sorted.slice(0, most),
    registrations,
    ...(sorted.length > 0 ? {} : { entry }),
    ...(sorted.length > most ? { leftOut: sorted.length - most } : {}),
    covers: { folders: outlines.index.folders, files: outlines.index.files },
  };
}

/** The files in which the name means this function: a static is known in its own file, and hides others there. */
async function* speakers(
  outlines: TreeOutlines,
  name: string,
  definitions: readonly Definition[],
  all: readonly Definition[],
): AsyncGenerator<Outline, void, undefined> {
  const isLocal = definitions.length > 0 && definitions.every(isLocalTo);
  if (isLocal) {
    for (const file of new Set(definitions.map((definition) => definition.file))) {
      const outline = await outlines.outline(file);
      if (outline !== undefined) yield outline;
    }
    return;
  }
  const own = new Set(definitions.map(({ file }) => file));
  const hidden = new Set(all.filter((each) => isLocalTo(each) && !own.has(each.file)).map(({ file }) => file));
  for await (const { file, outline } of outlines.holding(name)) if (!hidden.has(file)) yield outline();
}

const isLocalTo = ({ file, range }: Definition): boolean => file.endsWith('.c') && range?.isStatic !== false;

interface Sorted {
  readonly add: (call: CallSite) => void;
  readonly registrations: Registration[];
  readonly holders: Holder[];
}

/** Says in the order of certainty what a use is: a call, a call through what the function is given to, or a keeping. */
async function sort(outlines: TreeOutlines, outline: Outline, use: Use, to: Sorted): Promise<void> {
  const { how } = use;
  if (how.kind === 'called') {
    to.add(
      callSite(outline, use, use.at, { kind: use.macro === undefined ? 'direct' : 'macro', arguments: how.arguments }),
    );
  } else if (how.kind === 'stored') keep(outline, use, how.target, to);
  else if (how.kind === 'returned') to.registrations.push(registration(outline, use, 'return'));
  else if (!isMark(how.callee)) {
    const { called, kept } = await fateOf(outlines, how.callee, how.argument);
    const kind = called === 'function' ? 'callback' : called;
    if (kind !== undefined && (use.inside !== undefined || use.macro !== undefined))
      to.add(callSite(outline, use, how.at, { kind, via: how.callee, arguments: how.arguments }));
    else to.registrations.push(registration(outline, use, `${how.callee}()`));
    const through = { callee: how.callee, argument: how.argument };
    for (const target of kept) to.holders.push({ target, through });
  }
}

/** What only says something of a function to the linker or the tracer (include/linux/export.h, include/linux/btf_ids.h). */
const isMark = (callee: string): boolean =>
  /^(?:_*EXPORT_|_*BTF_|ALLOW_ERROR_|NOKPROBE_|STACK_FRAME_|TRACE_EVENT|DEFINE_EVENT|DECLARE_EVENT)/.test(callee);

function keep(outline: Outline, use: Use, target: Target, { registrations, holders }: Sorted): void {
  if (target.field !== undefined) {
    const place = use.inside === undefined ? {} : { inside: { outline, range: use.inside } };
    holders.push({ target, ...place });
  }
  const owner = target.struct ?? target.receiver ?? target.table;
  const field = target.field ?? target.variable;
  if (field === undefined && target.table === undefined) return;
  const as = [owner, field].filter((part) => part !== undefined).join('.');
  registrations.push({
    ...registration(outline, use, as),
    ...(target.table === undefined ? {} : { table: target.table }),
  });
}

function registration(outline: Outline, use: Use, as: string): Registration {
  const { line, column } = outline.lines.place(use.at, use.at);
  return { file: outline.file, line, column, as, ...(use.inside === undefined ? {} : { function: use.inside.name }) };
}

/** How many arguments the function takes; unknown where definitions differ or take any number. */
function arityOf(definitions: readonly Definition[]): number | undefined {
  const counts = new Set(
    definitions
      .flatMap(({ range, outline }) => (range === undefined ? [] : [parametersOf(outline, range)]))
      .map((names) => (names.includes('...') ? -1 : names.length)),
  );
  const [only] = counts;
  return counts.size === 1 && only !== undefined && only >= 0 ? only : undefined;
}
