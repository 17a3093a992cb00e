import { isMap, isNode, isSeq, type Document, type YAMLMap } from 'yaml';
import { LineIndex } from '../base/position.ts';
import { indexOfBadCharacter } from './bad-character.ts';
import { checkAmongPacks } from './check-among-packs.ts';
import { checkNode, type NodeFault } from './check-node.ts';
import { checkRules, duplicateIds } from './check-rules.ts';
import { packSchema } from './pack-schema.ts';
import type { Incident, Pack } from './pack.ts';
import { isWarning, type PackFault } from './pack-fault.ts';
import { parseWhatIsYaml } from './parse-pack.ts';
import type { Surrounding } from './surrounding.ts';
import type { Words } from './words.ts';

/** The most that is read, in UTF-16 code units; the built-in packs together have less. */
export const longestPack = 2_000_000;

/**
 * Reads a pack. Every fault is named with its place, and the incidents without one are kept: `value` is undefined
 * only where the text isn't YAML or isn't a pack of this format.
 *
 * @param around without it nothing is said of other packs: neither of taken ids nor of related incidents
 */
export function readPack(
  text: string,
  around?: Surrounding,
): { readonly value?: Pack; readonly problems: readonly PackFault[] } {
  if (text.length > longestPack)
    return { problems: [{ line: 1, column: 1, path: '', kind: 'too-big', size: text.length, limit: longestPack }] };
  // In UTF-16 or in no text at all, everything would be a fault.
  if (text.startsWith('\uFFFD'))
    return { problems: [{ line: 1, column: 1, path: '', kind: 'bad-character', code: 'U+FFFD' }] };
  const lines = new LineIndex(text);
  const { document, broken } = parseWhatIsYaml(text);
  const locate = ({ at, path, fault }: NodeFault): PackFault => {
    const { line, column } = lines.place(Math.max(0, at), at);
    return { line, column, path, ...fault };
  };
  const inOrder = (faults: readonly NodeFault[]): readonly PackFault[] =>
    faults.map(locate).toSorted((a, b) => a.line - b.line || a.column - b.column);
  if (document === undefined) return { problems: inOrder(broken) };
  const faults = [
    ...broken.map((fault) => ({ ...fault, path: fault.path || (incidentAt(document, fault.at)?.path ?? '') })),
    ...checkPack(document, (at) => lines.lineAt(at), around),
  ].map((fault) => atCharacter(fault, text));
  const value = faultless(document, faults);
  return value ? { value, problems: inOrder(faults) } : { problems: inOrder(faults) };
}

/** A bad character is pointed at itself where the text has it as such, not as an escape. */
function atCharacter(fault: NodeFault, text: string): NodeFault {
  if (fault.fault.kind !== 'bad-character') return fault;
  const inside = indexOfBadCharacter(text.slice(Math.max(0, fault.at), fault.end));
  return inside < 0 ? fault : { ...fault, at: Math.max(0, fault.at) + inside };
}

function incidentAt(document: Document, at: number): IncidentNode | undefined {
  return incidentsOf(document).find(({ node }) => node.range && node.range[0] <= at && at < node.range[2]);
}

function checkPack(
  document: Document,
  lineAt: (offset: number) => number,
  around: Surrounding | undefined,
): readonly NodeFault[] {
  const faults = checkNode(document.contents, packSchema, '');
  const incidents = incidentsOf(document);
  const inside = incidents.flatMap(({ node, path }) =>
    faults.some(({ path: at, fault }) => isUnder(at, path) && !isWarning(fault)) ? [] : checkRules(node, path, lineAt),
  );
  const nodes = incidents.map(({ node }) => node);
  return [
    ...faults,
    ...inside,
    ...duplicateIds(nodes, 'incidents', lineAt),
    ...(around === undefined ? [] : checkAmongPacks(nodes, around)),
  ];
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
  const errors = faults.filter(({ fault }) => !isWarning(fault));
  const isGood = (path: string): boolean => !errors.some((fault) => isUnder(fault.path, path));
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
