import { isMap, isSeq, LineCounter, parseDocument, type Document, type YAMLMap } from 'yaml';
import { checkNode, type NodeFault } from './check-node.ts';
import { checkRules, duplicateIds } from './check-rules.ts';
import { packSchema } from './pack-schema.ts';
import type { Incident, Pack } from './pack.ts';
import type { PackFault } from './pack-fault.ts';

/**
 * Reads a pack. Every fault is named with its place, and the incidents without one are kept: `value` is undefined
 * only where the text isn't YAML or isn't a pack of this format.
 */
export function readPack(text: string): { readonly value?: Pack; readonly problems: readonly PackFault[] } {
  const lines = new LineCounter();
  const locate = ({ at, path, fault }: NodeFault): PackFault => {
    const { line, col } = lines.linePos(Math.max(0, at));
    return { line: Math.max(1, line), column: Math.max(1, col), path, ...fault };
  };
  const read = readYaml(text, lines);
  if ('faults' in read) return { problems: read.faults.map(locate) };
  const faults = checkPack(read.document, (at) => lines.linePos(at).line);
  const value = faultless(read.document, faults);
  const problems = faults.map(locate).toSorted((a, b) => a.line - b.line || a.column - b.column);
  return value ? { value, problems } : { problems };
}

type Read = { readonly document: Document } | { readonly faults: readonly NodeFault[] };

function readYaml(text: string, lineCounter: LineCounter): Read {
  try {
    const document = parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'silent' });
    const faults = [...document.errors, ...document.warnings].map(({ pos, message }) => yamlFault(pos[0], message));
    return faults.length > 0 ? { faults } : { document };
  } catch (error) {
    // The reader recurses into nested collections and runs out of stack some thousands deep.
    return { faults: [yamlFault(0, error instanceof Error ? error.message : String(error))] };
  }
}

const yamlFault = (at: number, detail: string): NodeFault => ({ at, path: '', fault: { kind: 'yaml', detail } });

function checkPack(document: Document, lineAt: (offset: number) => number): readonly NodeFault[] {
  const faults = checkNode(document.contents, packSchema, '');
  const incidents = incidentsOf(document);
  const inside = incidents.flatMap(({ node, path }) =>
    faults.some((fault) => isUnder(fault.path, path)) ? [] : checkRules(node, path, lineAt),
  );
  const nodes = incidents.map(({ node }) => node);
  return [...faults, ...inside, ...duplicateIds(nodes, 'incidents', lineAt)];
}

interface IncidentNode {
  readonly node: YAMLMap;
  readonly path: string;
}

function incidentsOf(document: Document): readonly IncidentNode[] {
  const list = isMap(document.contents) ? document.contents.get('incidents') : undefined;
  if (!isSeq(list)) return [];
  return list.items.flatMap((node, index) => (isMap(node) ? [{ node, path: `incidents[${index}]` }] : []));
}

/** The checks above are what makes the casts true. */
function faultless(document: Document, faults: readonly NodeFault[]): Pack | undefined {
  const { contents } = document;
  if (!isMap(contents) || contents.get('format') !== 1 || !isSeq(contents.get('incidents'))) return undefined;
  const has = (path: string): boolean => faults.some((fault) => isUnder(fault.path, path));
  const incidents = incidentsOf(document)
    .filter(({ path }) => !has(path))
    .map(({ node }) => node.toJS(document) as Incident);
  const title = contents.get('title', true);
  const named = title !== undefined && !has('title');
  return { format: 1, title: named ? (contents.toJS(document) as Pack).title : '', incidents };
}

function isUnder(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}.`) || path.startsWith(`${parent}[`);
}
