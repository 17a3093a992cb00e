import { Document, isMap, isScalar, visit } from 'yaml';
import { tokensOf } from '../incidents/fragment.ts';
import type { Anchor, Incident, Pack, Shape } from '../incidents/pack.ts';
import { markup, textForms } from '../incidents/schema.ts';
import type { Note, NoteAnchor } from './note.ts';

/**
 * A pack with one incident made of a note: its statement is the anchor, and finding it means `present`. What a note
 * does not say is left to be written and says so. Undefined for a note outside functions: anchors of packs stand in one.
 */
export function promoteNote(note: Note, id: string): string | undefined {
  const { anchor, ticket } = note;
  if (anchor.function === undefined) return undefined;
  const title = unmarked(note.title);
  const place: Anchor = {
    id: 'place',
    role: 'where',
    files: [anchor.file],
    functions: [anchor.function],
    find: shapeOf(anchor),
  };
  const incident: Incident = {
    id,
    area: areaOf(anchor.file),
    effect: 'drop',
    title,
    symptom: title,
    cause: note.text === undefined ? 'What goes wrong, and when: not written yet.' : unmarked(note.text),
    remedy: 'What to do about it: not written yet.',
    anchors: [place],
    status: [
      { when: { all: ['place'] }, status: 'present', why: 'The statement of the note stands there.' },
      { status: 'absent', why: 'No such statement stands there.' },
    ],
    confirm: { text: 'What to look at, and what output means yes: not written yet.' },
    ...(ticket === undefined ? {} : { links: [{ url: ticket }] }),
  };
  const pack: Pack = { format: 1, title, incidents: [incident] };
  return `# Made of the note ${note.id}. Say its effect (rst, drop, stall or error), cause and remedy.\n${toYaml(pack)}`;
}

/** As packs are written by hand: lists of words and what to find in one line. */
function toYaml(pack: Pack): string {
  const document = new Document(pack);
  visit(document, {
    Seq: (_, list) => {
      list.flow = list.items.every(isScalar);
    },
    Pair: (_, { key, value }) => {
      const isShort = isScalar(key) && (key.value === 'find' || key.value === 'when');
      if (isShort && isMap(value)) value.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, singleQuote: true });
}

/** A net/ipv4 file is of the area ipv4. */
function areaOf(file: string): string {
  const folder = file.split('/').at(-2) ?? '';
  const area = folder.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  return textForms.id.test(area) ? area : 'other';
}

/** What an anchor of a pack looks for, by the kind of the statement; its function's head where that has no shape. */
function shapeOf({ kind, statement }: NoteAnchor): Shape {
  const words = statement.split(' ');
  switch (kind) {
    case 'call':
      return callShape(words) ?? codeShape(words);
    case 'condition': {
      const inside = inParentheses(words);
      return inside === undefined ? codeShape(words) : { condition: [inside] };
    }
    case 'label':
      return words[0] === undefined ? head : { label: words[0] };
    case 'goto':
      return nameShape(words[1], (name) => ({ goto: name }));
    case 'case':
      return { case: (words[0] === 'default' ? words : words.slice(1)).filter((word) => word !== ':').join(' ') };
    case 'loop':
      return loopShape(words);
    case 'return':
      return words.length > 2 ? { return: [withoutParentheses(withoutEnd(words.slice(1)))] } : head;
    case 'statement':
      return codeShape(words);
    case 'head':
    case 'text':
      return head;
  }
}

const head: Shape = { definition: true };

const nameShape = (name: string | undefined, shape: (name: string) => Shape): Shape =>
  name !== undefined && textForms.name.test(name) ? shape(name) : head;

/** The first call of the statement, with its arguments where none of them is a call. */
function callShape(words: readonly string[]): Shape | undefined {
  const at = words.findIndex(
    (word, index) => textForms.name.test(word) && words[index + 1] === '(' && !keywords.has(word),
  );
  const name = words[at];
  if (name === undefined) return undefined;
  const given = argumentsAt(words, at + 1);
  const isPlain = given.length > 0 && given.every((argument) => argument !== '' && !argument.includes('('));
  return { call: [name], ...(isPlain ? { arguments: given } : {}) };
}

const keywords: ReadonlySet<string> = new Set([
  'sizeof',
  'typeof',
  '__typeof__',
  'if',
  'while',
  'for',
  'switch',
  'return',
]);

function argumentsAt(words: readonly string[], open: number): readonly string[] {
  const found: string[][] = [[]];
  let depth = 0;
  for (const word of words.slice(open)) {
    if (opening.has(word)) depth += 1;
    if (closing.has(word)) depth -= 1;
    if (depth === 0) break;
    if (word === ',' && depth === 1) found.push([]);
    else if (depth > 1 || word !== '(') found.at(-1)?.push(word);
  }
  return depth === 0 ? found.map((argument) => argument.join(' ')) : [];
}

const opening: ReadonlySet<string> = new Set(['(', '[', '{']);
const closing: ReadonlySet<string> = new Set([')', ']', '}']);

/** `( a && b )` is `a && b`; `( a ) && ( b )` stays. */
function withoutParentheses(text: string): string {
  const inside = text.startsWith('(') ? inParentheses(text.split(' ')) : undefined;
  return inside !== undefined && `( ${inside} )` === text ? inside : text;
}

/** What stands in the first parenthesis, which may be open at the end; undefined for nothing. */
function inParentheses(words: readonly string[]): string | undefined {
  const first = words.indexOf('(');
  let depth = 0;
  const end = words.findIndex((word) => {
    if (word === '(') depth += 1;
    if (word === ')') depth -= 1;
    return word === ')' && depth === 0;
  });
  const inside = words.slice(first + 1, end < 0 ? undefined : end).join(' ');
  return first < 0 || inside === '' ? undefined : inside;
}

/** `for ( i = 0 ; i < n` is found by its pieces, `list_for_each_entry ( ... )` by itself. */
function loopShape(words: readonly string[]): Shape {
  const [word = ''] = words;
  if (word === 'do') return { loop: ['do'] };
  const inside = words.slice(words.indexOf('(') + 1).join(' ');
  const pieces =
    word === 'for' ? inside.split(' ; ') : word === 'while' ? [inParentheses(words) ?? inside] : [words.join(' ')];
  const wanted = pieces.map((piece) => piece.trim()).filter((piece) => tokensOf(piece).length > 0);
  return wanted.length === 0 ? { loop: [word] } : { loop: wanted };
}

/** A declaration without a value and a `break` are no expressions, so that nothing could be found of them. */
function codeShape(words: readonly string[]): Shape {
  const text = withoutEnd(words);
  const isTable = words.includes('{') && !words.includes('=');
  const isExpression =
    (words.includes('=') || words.includes('(') || words.some((word) => assigning.test(word))) && !isTable;
  const from = words.indexOf('=');
  // `int ret = - EINVAL`: the type is no part of the expression.
  const target =
    from > 1 && textForms.name.test(words[from - 2] ?? '') ? [words[from - 1] ?? '', ...words.slice(from)] : words;
  return isExpression && text !== '' ? { code: withoutEnd(target) } : head;
}

const assigning = /^(?:[-+*/%&|^]=|<<=|>>=|\+\+|--)$/;

const withoutEnd = (words: readonly string[]): string => (words.at(-1) === ';' ? words.slice(0, -1) : words).join(' ');

/** Without what packs take for a link or a command. */
function unmarked(text: string): string {
  for (let rest = text; ;) {
    const [found] = markup.exec(rest) ?? [];
    if (found === undefined) return rest;
    rest = rest.replace(
      found,
      found
        .replace('](', '] (')
        .replace('<', '')
        .replace(/^command:/i, 'command: '),
    );
  }
}
