import { isMap, isNode, isSeq, parseDocument, type Document, type YAMLError, type YAMLMap } from 'yaml';
import { LineIndex } from '../base/position.ts';
import { checkNode, type NodeFault } from './check-node.ts';
import { checkRules, duplicateIds } from './check-rules.ts';
import { packSchema } from './pack-schema.ts';
import type { Incident, Pack } from './pack.ts';
import type { PackFault } from './pack-fault.ts';
import type { Words } from './words.ts';

/**
 * Reads a pack. Every fault is named with its place, and the incidents without one are kept: `value` is undefined
 * only where the text isn't YAML or isn't a pack of this format.
 */
export function readPack(text: string): { readonly value?: Pack; readonly problems: readonly PackFault[] } {
  const lines = new LineIndex(text);
  const locate = ({ at, path, fault }: NodeFault): PackFault => {
    const { line, column } = lines.place(Math.max(0, at), at);
    return { line, column, path, ...fault };
  };
  const document = parseDocument(text, yamlOptions);
  const broken = [...document.errors, ...document.warnings];
  if (broken.some(({ code }) => code !== 'DUPLICATE_KEY')) return { problems: broken.map(yamlFault).map(locate) };
  const faults = [
    ...broken.map((error) => repeatedKey(error, document)),
    ...checkPack(document, (at) => lines.lineAt(at)),
  ];
  const value = faultless(document, faults);
  const problems = faults.map(locate).toSorted((a, b) => a.line - b.line || a.column - b.column);
  return value ? { value, problems } : { problems };
}

/** Any logLevel but silent: with that one a second document would be passed over. Reading alone logs nothing. */
const yamlOptions = { prettyErrors: false, logLevel: 'error' } as const;

const yamlFault = ({ pos, message }: YAMLError): NodeFault => ({
  at: pos[0],
  path: '',
  fault: { kind: 'yaml', detail: message },
});

/** A key given twice leaves the rest of the document as it is meant, so only its own incident is spoilt. */
function repeatedKey(error: YAMLError, document: Document): NodeFault {
  const at = error.pos[0];
  const inside = incidentsOf(document).find(({ node }) => node.range && node.range[0] <= at && at < node.range[2]);
  return { ...yamlFault(error), path: inside?.path ?? '' };
}

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
  const isGood = (path: string): boolean => !faults.some((fault) => isUnder(fault.path, path));
  const title = contents.get('title', true);
  return {
    format: 1,
    title: isNode(title) && isGood('title') ? (title.toJS(document) as Words) : '',
    incidents: incidentsOf(document)
      .filter(({ path }) => isGood(path))
      .map(({ node }) => node.toJS(document) as Incident),
  };
}

function isUnder(path: string, parent: string): boolean {
  return path === parent || path.startsWith(`${parent}.`) || path.startsWith(`${parent}[`);
}
