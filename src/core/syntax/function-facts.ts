/** Everything known of one function, over all its readings. */
import type { Line1, LineIndex } from '../base/position.ts';
import type { FunctionFacts, Statement } from './facts.ts';
import { readHead } from './heads.ts';
import type { FunctionRange } from './normalise/items.ts';
import { normalise, type Normalised, type NormaliseOptions } from './normalise/normalise.ts';
import { createScene, type Scene, shifted } from './scene.ts';
import { readBody } from './statements.ts';
import type { SyntaxNode } from './syntax-node.ts';
import type { TreeParser } from './tree-parser.ts';
import { variantsOf, type Variant } from './variants.ts';

export interface FileInHand {
  /** As it is on disk. */
  readonly text: string;
  readonly lines: LineIndex;
  readonly scene: Scene;
  readonly parser: TreeParser;
  readonly isSet: ((condition: string) => boolean | undefined) | undefined;
  readonly isStopped: () => boolean;
}

export interface ReadFunction {
  readonly facts: FunctionFacts;
  /** Where the grammar failed first; absent where it understood all. */
  readonly faultLine?: Line1;
}

export function readFunction(file: FileInHand, found: FunctionRange): ReadFunction {
  const { lines, scene } = file;
  const again = (options: NormaliseOptions): Normalised => normaliseAlone(file, found, options);
  const { variants, leftOut } = variantsOf(scene, found, again);
  const read = variants.map((variant) => readVariant(file, variant));
  const fault = read.find((reading) => reading.fault !== undefined)?.fault;
  const { extent, definedBy } = found;
  const facts: FunctionFacts = {
    ...readHead(found, scene.sourceOf(found)),
    extent: { ...lines.place(extent.start, extent.end), endLine: lines.lineAt(Math.max(extent.start, extent.end - 1)) },
    ...(definedBy === undefined ? {} : { definedBy }),
    clean: fault === undefined,
    readings: read.map(({ assumes, body }) => ({ assumes, body })),
    ...(leftOut === 0 ? {} : { readingsLeftOut: leftOut }),
  };
  return fault === undefined ? { facts } : { facts, faultLine: lines.lineAt(fault) };
}

/** Normalises the function's own text: a choice inside a function concerns nothing outside it. */
function normaliseAlone(file: FileInHand, found: FunctionRange, options: NormaliseOptions): Normalised {
  return normalise(file.text.slice(found.extent.start, found.extent.end), { ...options, isSet: file.isSet });
}

interface VariantRead {
  readonly assumes: readonly string[];
  readonly body: readonly Statement[];
  readonly fault?: number;
}

function readVariant(file: FileInHand, { normalised, found, base, assumes }: Variant): VariantRead {
  const isWhole = normalised === file.scene.normalised;
  const scene = isWhole ? file.scene : createScene(file.text, file.lines, normalised, base);
  const extent = shifted(found.extent, base);
  const text = normalised.slice(found.extent.start, found.extent.end);
  const copy = file.isStopped() ? undefined : file.parser.parse(text, extent.start, file.isStopped);
  if (copy === undefined) return { assumes, body: [], fault: extent.start };
  const nodes = nodesOfBody(copy.root, found.body.start + base);
  const body = readBody(scene.contextOf(found), nodes, extent.end);
  return copy.fault === undefined ? { assumes, body } : { assumes, body, fault: copy.fault };
}

/** The statements of the block that opens at `start`; where there is no such block, whatever stands behind it. */
function nodesOfBody(root: SyntaxNode, start: number): readonly SyntaxNode[] {
  return blockAt(root, start)?.children ?? nodesBehind(root, start);
}

function blockAt(root: SyntaxNode, start: number): SyntaxNode | undefined {
  let node: SyntaxNode | undefined = root;
  while (node !== undefined && !(node.kind === 'compound_statement' && node.start === start)) {
    node = node.children.find((child) => child.end > start);
  }
  return node;
}

function nodesBehind(node: SyntaxNode, start: number): readonly SyntaxNode[] {
  return node.children.flatMap((child) => {
    if (child.start >= start) return [child];
    return child.end > start ? nodesBehind(child, start) : [];
  });
}
