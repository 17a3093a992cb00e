/** Calls through a field: `ipprot->handler(skb)`, `INDIRECT_CALL_2(ipprot->handler, ...)`, and those of a copy of it. */
import { tokenize } from '../tree/tokens.ts';
import type { FunctionRange } from '../syntax/normalise/items.ts';
import type { CallSite } from './call-model.ts';
import { callSite } from './call-site.ts';
import { fateOf } from './fates.ts';
import { offsetsOf, type Outline } from './outline.ts';
import { addStructs, type TreeOutlines } from './tree-outlines.ts';
import { type Target, type Use, usesOf } from './uses.ts';

/** Where a function is kept. */
export interface Holder {
  readonly target: Target;
  /** The function that it was given to, to keep it there. */
  readonly through?: { readonly callee: string; readonly argument: number };
  /** The function that keeps it there. */
  readonly inside?: { readonly outline: Outline; readonly range: FunctionRange };
}

export interface FieldQuestion extends Holder {
  /** The function that is kept. */
  readonly name: string;
  /** How many arguments it takes: calls with another number are of other fields of that name. */
  readonly arity?: number;
}

export async function callsThrough(outlines: TreeOutlines, question: FieldQuestion): Promise<readonly CallSite[]> {
  const { target, inside } = question;
  const { field } = target;
  if (field === undefined) return [];
  const structs =
    target.struct === undefined ? await structsAt(outlines, target.receiver, inside) : new Set([target.struct]);
  const chosen = await chosenCalls(outlines, { ...question, field, structs });
  if (chosen.length === 0) return [];
  const candidates = await candidatesFor(outlines, { ...question, field, structs });
  return chosen.map((call) => ({ ...call, candidates }));
}

interface TypedQuestion extends FieldQuestion {
  readonly field: string;
  /** What the field is of; empty where that isn't known. */
  readonly structs: ReadonlySet<string>;
}

/**
 * The calls of the field in its own type; else those of what it is copied to (`sk->sk_backlog_rcv =
 * sk->sk_prot->backlog_rcv`, `new->hooks[i].hook = reg->hook`); else, where there are few of that name, all.
 */
async function chosenCalls(outlines: TreeOutlines, question: TypedQuestion): Promise<readonly CallSite[]> {
  const { field, structs } = question;
  const { calls, copies } = await readsFor(outlines, field, question);
  const typed = calls.filter(({ owners }) => intersects(owners, structs));
  if (typed.length > 0) return typed.map(({ call }) => call);
  const found: CallSite[] = [];
  for (const copy of copies.filter(({ owners }) => intersects(owners, structs))) {
    const all = copy.field === field ? calls : (await readsFor(outlines, copy.field, question)).calls;
    found.push(...all.filter(({ owners }) => intersects(owners, copy.into)).map(({ call }) => call));
  }
  if (found.length > 0) return found;
  return calls.length <= fewCalls ? calls.filter(({ owners }) => mayBe(owners, structs)).map(({ call }) => call) : [];
}

/** So few calls of fields of that name are told although nothing says of which type they are. */
const fewCalls = 3;

interface Reads {
  readonly calls: readonly FieldCall[];
  /** Where the field's value is put into another one. */
  readonly copies: readonly {
    readonly field: string;
    readonly owners: ReadonlySet<string>;
    readonly into: ReadonlySet<string>;
  }[];
}

interface FieldCall {
  readonly call: CallSite;
  /** The structs that the field may be of; empty where that isn't known. */
  readonly owners: ReadonlySet<string>;
  /** How many arguments it is given; unknown where a macro takes them apart. */
  readonly given?: number;
}

/** Those that give as many arguments as the function takes. */
async function readsFor(outlines: TreeOutlines, field: string, { arity }: FieldQuestion): Promise<Reads> {
  const known = await outlines.remember(`reads ${field}`, () => readsOf(outlines, field));
  const fits = ({ given }: FieldCall): boolean => arity === undefined || given === undefined || given === arity;
  return { ...known, calls: known.calls.filter(fits) };
}

async function readsOf(outlines: TreeOutlines, field: string): Promise<Reads> {
  const calls: FieldCall[] = [];
  const copies: Reads['copies'][number][] = [];
  for await (const { text, outline: read } of outlines.holding(field)) {
    if (!isReadIn(text, field)) continue;
    const outline = read();
    for (const use of usesOf(outline, field, 'field')) {
      const found = await callsBy(outlines, outline, use);
      const target = use.how.kind === 'stored' ? use.how.target : undefined;
      if (found.length === 0 && target?.field === undefined) continue;
      const inside = use.inside === undefined ? undefined : { outline, range: use.inside };
      const owners = await structsAt(outlines, use.receiver, inside);
      calls.push(...found.map((call) => ({ ...call, owners })));
      if (target?.field === undefined) continue;
      const into =
        target.struct === undefined ? await structsAt(outlines, target.receiver, inside) : new Set([target.struct]);
      copies.push({ field: target.field, owners, into });
    }
  }
  return { calls, copies };
}

type CallOfField = Pick<FieldCall, 'call' | 'given'>;

async function callsBy(outlines: TreeOutlines, outline: Outline, use: Use): Promise<readonly CallOfField[]> {
  const { how, receiver = '' } = use;
  if (use.inside === undefined && use.macro === undefined) return [];
  const via = `${receiver}->${nameAt(outline, use.at)}`;
  if (how.kind === 'called')
    return [
      {
        call: callSite(outline, use, use.at, { kind: 'field', via, arguments: how.arguments }),
        given: how.arguments.length,
      },
    ];
  if (how.kind === 'given') {
    const { called } = await fateOf(outlines, how.callee, how.argument);
    if (called === undefined) return [];
    return [{ call: callSite(outline, use, how.at, { kind: 'field', via, arguments: how.arguments }) }];
  }
  const variable = how.kind === 'stored' ? how.target.variable : undefined;
  return variable === undefined || use.inside === undefined ? [] : callsOfVariable(outline, use.inside, variable, via);
}

/** `handler = READ_ONCE(p->handler); if (handler) handler(skb, info);` */
function callsOfVariable(
  outline: Outline,
  inside: FunctionRange,
  variable: string,
  via: string,
): readonly CallOfField[] {
  return usesOf(outline, variable, 'function').flatMap((use) => {
    if (use.inside !== inside || use.how.kind !== 'called') return [];
    const { arguments: given } = use.how;
    return [{ call: callSite(outline, use, use.at, { kind: 'field', via, arguments: given }), given: given.length }];
  });
}

function nameAt({ text }: Outline, at: number): string {
  return /^\w+/.exec(text.slice(at, at + 80))?.[0] ?? '';
}

/** The structs an object may be: as its function declares it, else as any header does. */
async function structsAt(
  outlines: TreeOutlines,
  receiver: string | undefined,
  inside: Holder['inside'],
): Promise<ReadonlySet<string>> {
  const name = lastName(receiver ?? '');
  if (name === '') return new Set();
  const own = new Set<string>();
  if (inside !== undefined && name === receiver) {
    const { extent } = inside.range;
    addStructs(inside.outline.text.slice(extent.start, extent.end), name, own);
  }
  if (own.size > 0) return own;
  const known = await outlines.structsOf(name);
  if (known.size > 0) return known;
  // `#define sk_prot __sk_common.skc_prot`
  const [macro] = await outlines.definitions(name);
  const meant = macro?.range === undefined ? macro?.body.findLast(({ kind }) => kind === 'word')?.text : undefined;
  return meant === undefined || meant === name ? known : outlines.structsOf(meant);
}

/** Of `skb_dst(skb)` it is skb_dst, of `rth->dst` dst, of `ops[i]` ops. */
function lastName(receiver: string): string {
  const tokens = tokenize(receiver);
  let depth = 0;
  for (let at = tokens.length - 1; at >= 0; at--) {
    const token = tokens[at];
    if (token?.text === ')' || token?.text === ']') depth++;
    else if (token?.text === '(' || token?.text === '[') depth--;
    else if (depth === 0 && token?.kind === 'word') return token.text;
  }
  return '';
}

function intersects(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return [...a].some((each) => b.has(each));
}

/** As `intersects`, where one that is not known may be anything. */
function mayBe(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === 0 || b.size === 0 || intersects(a, b);
}

/** Every function that the field may hold: stored in it by name, or given to the function that stores it. */
async function candidatesFor(outlines: TreeOutlines, question: TypedQuestion): Promise<readonly string[]> {
  const { field, structs, through, name } = question;
  const key = `held ${field} ${[...structs].sort().join(' ')}`;
  const held = await outlines.remember(key, () => heldBy(outlines, field, structs));
  const given = through === undefined ? [] : await outlines.given(through.callee, through.argument);
  return [...new Set([...held, ...given, name])].sort();
}

/** The functions that a field of these structs is given anywhere: `.handler = name`, `x->handler = name`. */
async function heldBy(outlines: TreeOutlines, field: string, structs: ReadonlySet<string>): Promise<readonly string[]> {
  const found = new Set<string>();
  for await (const { text } of outlines.holding(field)) {
    for (const at of offsetsOf(text, field)) {
      if (!isMemberAt(text, at)) continue;
      const value = /^\w+\s*=\s*&?(\w+)\s*[,;}]/.exec(text.slice(at, at + 200))?.[1];
      if (value === undefined || /^(?:NULL|0|\d.*)$/.test(value)) continue;
      if (structs.size > 0 && !speaksOf(text, at, structs)) continue;
      found.add(value);
    }
  }
  return [...found];
}

/** Whether the field is read anywhere: most files only fill it in. */
function isReadIn(text: string, field: string): boolean {
  return offsetsOf(text, field).some(
    (at) => isMemberAt(text, at) && !/^\s*=[^=]/.test(text.slice(at + field.length, at + field.length + 8)),
  );
}

function isMemberAt(text: string, at: number): boolean {
  return text[at - 1] === '.' || (text[at - 1] === '>' && text[at - 2] === '-');
}

/** Whether the table or object around is of one of the structs: told by the tag that stands nearest above. */
function speaksOf(text: string, at: number, structs: ReadonlySet<string>): boolean {
  const above = text.slice(Math.max(0, at - 4000), at);
  const start = Math.max(above.lastIndexOf('\n}'), 0);
  return [...structs].some((tag) => above.slice(start).includes(`struct ${tag}`));
}
