/** Everything known of one function, over all its readings. */
import { type Line1, type LineIndex, offset, type Span } from '../base/position.ts';
import type { FunctionFacts, Reading, Statement } from './facts.ts';
import { readHead } from './heads.ts';
import { createHiddenJumpQueue } from './hidden-jumps.ts';
import { normalise, type Normalised } from './normalise/normalise.ts';
import { variantsOf } from './variants.ts';
import { createSourceText, type SourceText } from './source-text.ts';
import { readBody } from './statements.ts';
import type { SyntaxNode } from './syntax-node.ts';
import type { TreeParser } from './tree-parser.ts';

export type NormalisedFunction = Normalised['functions'][number];

export interface FileInHand {
  /** As it is on disk. */
  readonly text: string;
  readonly lines: LineIndex;
  readonly normalised: Normalised;
  readonly parser: TreeParser;
  readonly isSet: ((condition: string) => boolean | undefined) | undefined;
  readonly isStopped: () => boolean;
}

export interface ReadFunction {
  readonly facts: FunctionFacts;
  /** Where the grammar failed first; absent where it understood all. */
  readonly faultLine?: Line1;
}

export function readFunction(file: FileInHand, found: NormalisedFunction): ReadFunction {
  const source = sourceOf(file, file.normalised, found, 0);
  const { variants, leftOut } = variantsOf(file.normalised, found, (options) => normaliseAlone(file, found, options));
  const bodies = variants.map((variant) => readVariant(file, variant.normalised, variant.found, variant.base));
  const fault = bodies.find((body) => body.fault !== undefined)?.fault;
  const readings: readonly Reading[] = bodies.map(({ body }, index) => ({
    assumes: variants[index]?.assumes ?? [],
    body,
  }));
  const { extent, definedBy } = found;
  const facts: FunctionFacts = {
    ...readHead(found, source),
    extent: {
      ...file.lines.place(extent.start, extent.end),
      endLine: file.lines.lineAt(Math.max(extent.start, extent.end - 1)),
    },
    ...(definedBy === undefined ? {} : { definedBy }),
    clean: fault === undefined,
    readings,
    ...(leftOut === 0 ? {} : { readingsLeftOut: leftOut }),
  };
  return fault === undefined ? { facts } : { facts, faultLine: file.lines.lineAt(fault) };
}

/** Normalises the function's own text; a choice inside a function concerns nothing outside it. */
function normaliseAlone(
  file: FileInHand,
  found: NormalisedFunction,
  options: { choose?: (conditional: number) => number | undefined },
): Normalised {
  const text = file.text.slice(found.extent.start, found.extent.end);
  return normalise(text, file.isSet === undefined ? options : { ...options, isSet: file.isSet });
}

/** @param base what to add to the positions of `normalised` to have those of the file */
function sourceOf(file: FileInHand, normalised: Normalised, found: NormalisedFunction, base: number): SourceText {
  const dropped = normalised.dropped.map((span) => shift(span, base));
  return createSourceText(file.text, file.lines, shift(found.extent, base), dropped);
}

function readVariant(
  file: FileInHand,
  normalised: Normalised,
  found: NormalisedFunction,
  base: number,
): { readonly body: readonly Statement[]; readonly fault?: number } {
  const extent = shift(found.extent, base);
  const text = normalised.text.slice(found.extent.start, found.extent.end);
  const copy = file.isStopped() ? undefined : file.parser.parse(text, extent.start, file.isStopped);
  if (copy === undefined) return { body: [], fault: extent.start };
  const jumps = normalised.jumps.map((jump) => ({ ...jump, at: jump.at + base }));
  const context = {
    source: sourceOf(file, normalised, found, base),
    hiddenJumps: createHiddenJumpQueue(file.text, jumps, extent),
    macroLoops: new Set(normalised.macroLoops.map((loop) => loop.at + base)),
  };
  const nodes = nodesOfBody(copy.root, found.body.start + base);
  const body = readBody(context, nodes, extent.end);
  return copy.fault === undefined ? { body } : { body, fault: copy.fault };
}

/** The statements of the block that opens at `start`; where there is no such block, whatever stands behind it. */
function nodesOfBody(root: SyntaxNode, start: number): readonly SyntaxNode[] {
  const block = blockAt(root, start);
  return block?.children ?? nodesBehind(root, start);
}

function blockAt(root: SyntaxNode, start: number): SyntaxNode | undefined {
  let node: SyntaxNode | undefined = root;
  while (node !== undefined && !(node.kind === 'compound_statement' && node.start >= start)) {
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

function shift(span: Span, by: number): Span {
  return by === 0 ? span : { start: offset(span.start + by), end: offset(span.end + by) };
}
