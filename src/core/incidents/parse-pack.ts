import { isCollection, isNode, isScalar, parseDocument, visit, type Document, type YAMLError } from 'yaml';
import type { NodeFault } from './check-node.ts';
import { deepest, deepPlace } from './deep-place.ts';
import type { FaultKind } from './pack-fault.ts';

/** A pack, or another file that is a list, as far as it is YAML. */
export interface ParsedPack {
  /** Undefined where not even the rest of it is. */
  readonly document?: Document;
  /** What is not YAML, or not of the kind packs use; the path is the list's name for an item that was left out, else empty. */
  readonly broken: readonly NodeFault[];
}

/**
 * Parses a file that is a list of things under a key. Where it is not YAML, each item is parsed by itself: those that are
 * broken are told and left out, and the rest stays where it is, so that every place in it holds.
 */
export function parseWhatIsYaml(text: string, list: string): ParsedPack {
  const deep = deepPlace(text);
  if (deep !== undefined) return { broken: [{ at: deep, path: '', fault: { kind: 'too-deep', limit: deepest } }] };
  const whole = parse(text);
  const { grave, small } = faultsOf(whole, text);
  if (grave.length === 0) return { document: whole, broken: small };
  const broken: NodeFault[] = [];
  let rest = text;
  for (const { start, end } of blocksOf(text, list)) {
    const [first] = faultsOf(parse(text.slice(start, end)), text, start).grave;
    if (first === undefined) continue;
    broken.push({ ...first, path: list });
    rest = rest.slice(0, start) + blank(rest, start, end) + rest.slice(end);
  }
  const kept = parse(rest);
  const left = faultsOf(kept, rest);
  if (broken.length === 0 || left.grave.length > 0) return { broken: grave.slice(0, 1) };
  return { document: kept, broken: [...broken, ...left.small] };
}

/** Any logLevel but silent: with that one a second document would be passed over. Reading alone logs nothing. */
const yamlOptions = { prettyErrors: false, logLevel: 'error' } as const;

const parse = (text: string): Document => parseDocument(text, yamlOptions);

interface Faults {
  /** Behind these nothing can be trusted. */
  readonly grave: readonly NodeFault[];
  /** What is meant is clear all the same. */
  readonly small: readonly NodeFault[];
}

/** @param shift where in the text the document starts */
function faultsOf(document: Document, text: string, shift = 0): Faults {
  const grave: NodeFault[] = [];
  const small: NodeFault[] = [];
  for (const error of [...document.errors, ...document.warnings]) {
    const at = Math.min(error.pos[0] + shift, text.length);
    const fault = smallFault(error, text, at);
    if (fault === undefined) grave.push(graveFault(error, document, { at, shift }));
    else if (fault !== 'told elsewhere') small.push({ at, path: '', fault });
  }
  return { grave, small };
}

function smallFault({ code }: YAMLError, text: string, at: number): FaultKind | 'told elsewhere' | undefined {
  switch (code) {
    case 'DUPLICATE_KEY':
      return { kind: 'duplicate-key', key: wordAt(text, at) };
    case 'MULTIPLE_DOCS':
      return { kind: 'not-used', what: 'document' };
    case 'TAG_RESOLVE_FAILED':
    case 'BAD_ALIAS':
      return 'told elsewhere';
    default:
      return undefined;
  }
}

interface Spot {
  readonly at: number;
  readonly shift: number;
}

function graveFault({ message }: YAMLError, document: Document, { at, shift }: Spot): NodeFault {
  const opened = openingOf(document, at - shift);
  return { at: opened === undefined ? at : opened + shift, path: '', fault: { kind: 'yaml', detail: message } };
}

/** Where the quote or bracket was opened that is still open there; what is missing is missed much further down. */
function openingOf(document: Document, at: number): number | undefined {
  let found: number | undefined;
  visit(document, (_, node) => {
    if (!isNode(node) || !node.range) return;
    const isOpen =
      (isCollection(node) && node.flow === true) || (isScalar(node) && node.type?.startsWith('QUOTE') === true);
    if (isOpen && node.range[0] < at && at <= node.range[2]) found = node.range[0];
  });
  return found;
}

const wordAt = (text: string, at: number): string => /^[^\s:]*/.exec(text.slice(at, at + 80))?.[0] ?? '';

interface Block {
  readonly start: number;
  readonly end: number;
}

/** The stretches of text from one item of the first block list to the next, as far as dashes and indentation tell. */
function blocksOf(text: string, list: string): readonly Block[] {
  const first = new RegExp(`^${list}:[^\\n]*\\n(?:[ \\t]*(?:#[^\\n]*)?\\r?\\n)*( *)- `, 'm').exec(text);
  if (first === null) return [];
  const dash = `\n${first[1] ?? ''}- `;
  const starts: number[] = [];
  const from = first.index + first[0].length - dash.length;
  for (let at = text.indexOf(dash, from); at >= 0; at = text.indexOf(dash, at + 1)) starts.push(at + 1);
  return starts.map((start, index) => ({ start, end: starts[index + 1] ?? text.length }));
}

/** A stretch with nothing in it but its line ends. */
const blank = (text: string, from: number, to: number): string => text.slice(from, to).replace(/[^\r\n]/g, ' ');
