import type { Line1 } from '../base/position.ts';
import type { Parameter } from '../syntax/facts.ts';
import { shownValues } from './attach-function.ts';
import type { CodePoint, DescribedPoint, FoundCode } from './code-finder.ts';
import type { DefinedFunction, Planned, ProbeContext } from './context.ts';
import { lineWithCode } from './line-with-code.ts';
import type { ProbeNote } from './notes.ts';
import type { BuiltAs, InstructionAttachment } from './plan-model.ts';
import type { ProbeRequest } from './request.ts';
import { pointsByValues, type PointsWithValues } from './point-values.ts';

/**
 * Attaches to the instructions of a line, in all copies of its function; those where values are in the same registers
 * together. There is no value where the debug info gives none that can be probed; the notes say why.
 */
export async function attachLine(
  asked: NonNullable<ProbeRequest['line']>,
  around: DefinedFunction,
  context: ProbeContext,
): Promise<Planned<readonly InstructionAttachment[]>> {
  const { facts, file } = around;
  const { value: found, problems } = (await context.code?.find({
    file,
    first: facts.extent.line,
    last: facts.extent.endLine,
    ...(facts.definedBy === undefined ? { function: facts.name } : {}),
    neighbours: asked.neighbours ?? [],
    build: await context.builtAs(file),
  })) ?? { problems: [] };
  if (found === undefined) return { notes: [], problems };
  if (found.isOtherSource) return refused({ kind: 'line-of-other-source', image: found.image, function: facts.name });
  const place = `${file}:${asked.line}`;
  const code = lineWithCode(asked.line, asked.statement, new Set(found.points.map(({ line }) => line)));
  if (code === undefined)
    return {
      ...refused({ kind: 'line-without-code', place, function: facts.name, image: found.image }),
      problems,
    };
  const pieces = await found.describe(piecesOf(found, code.line));
  const usable = pieces.filter(({ obstacle, symbol }) => obstacle === undefined && isSymbol(symbol));
  const refusals = obstacleNotes(pieces, place);
  if (usable.length === 0) return { notes: refusals, problems: [] };
  const show = ['packet', 'socket', 'arguments', 'stack'] as const;
  const groups = pointsByValues(usable, facts.parameters, context.tool);
  return {
    value: groups.map(({ points, values }) => ({
      form: 'instruction',
      function: found.function,
      file,
      line: code.line,
      build: found.build,
      points,
      says: `${facts.name}:${asked.line}`,
      conditions: [],
      shown: shownValues(show, values, undefined),
    })),
    notes: [
      { kind: 'line-exact', place, image: found.image, points: usable.map(pointText) },
      ...(code.moved === 'same' ? [] : [{ kind: 'line-moved', place, to: code.line, why: code.moved } as const]),
      ...copyNotes(usable, found.function, place),
      ...lostNotes(groups, facts.parameters, place),
      ...otherRelease(found, context.release),
      { kind: 'line-this-build' },
      ...moduleNotes(found.build, around),
      ...refusals,
    ],
    problems: [],
  };
}

const refused = (note: ProbeNote): Planned<never> => ({ notes: [note], problems: [] });

/** What a symbol of C code looks like, its parts behind dots too: it stands in a script unquoted. */
const isSymbol = (symbol: string): boolean =>
  symbol.split('.').every((part) => /^\w+$/.test(part)) && /^\D/.test(symbol);

export const pointText = ({ symbol, offset }: Pick<CodePoint, 'symbol' | 'offset'>): string => `${symbol}+${offset}`;

/** The first instruction of each piece of a line's code: a piece goes on while no other line of the function comes between. */
function piecesOf({ points }: FoundCode, line: Line1): readonly CodePoint[] {
  const pieces = new Map<string, CodePoint>();
  const last = new Map<string, CodePoint>();
  for (const point of points) {
    const where = `${point.copy} ${point.symbol}`;
    const before = last.get(where);
    // Lines that share an instruction do not end each other's pieces.
    const goesOn = before?.line === line && before.offset !== point.offset;
    if (point.line === line && !goesOn) pieces.set(pointText(point), pieces.get(pointText(point)) ?? point);
    if (point.line === line || before?.offset !== point.offset) last.set(where, point);
  }
  return [...pieces.values()];
}

function moduleNotes(build: BuiltAs, { file, facts }: DefinedFunction): readonly ProbeNote[] {
  if (build.kind === 'built-in' || build.module === undefined) return [];
  return build.kind === 'module'
    ? [{ kind: 'module-first', module: build.module, function: facts.name }]
    : [{ kind: 'module-unknown', module: build.module, function: facts.name, file }];
}

function copyNotes(points: readonly CodePoint[], name: string, place: string): readonly ProbeNote[] {
  const into = [...new Set(points.flatMap(({ inlinedInto }) => inlinedInto ?? []))];
  const copies = new Set(points.map(({ copy }) => copy)).size;
  return [
    ...(into.length === 0 ? [] : [{ kind: 'line-inlined', function: name, into, copies } as const]),
    ...(points.length > copies ? [{ kind: 'line-in-pieces', place, pieces: points.length, copies } as const] : []),
  ];
}

/** Parameters that the probe can't show at one of the points or more. */
function lostNotes(
  groups: readonly PointsWithValues[],
  parameters: readonly Parameter[],
  place: string,
): readonly ProbeNote[] {
  const names = parameters
    .map(({ name }) => name)
    .filter((name) => groups.some(({ values }) => !values.some((value) => value.name === name)));
  return names.length === 0 ? [] : [{ kind: 'line-values-lost', place, names }];
}

function obstacleNotes(points: readonly DescribedPoint[], place: string): readonly ProbeNote[] {
  return points.flatMap((point): readonly ProbeNote[] =>
    point.obstacle === undefined
      ? []
      : [{ kind: 'line-obstacle', place, at: pointText(point), obstacle: point.obstacle }],
  );
}

/** A kernel says its release in its banner; distributions put the version of the source behind it. */
function otherRelease({ banner, image }: FoundCode, release: string): readonly ProbeNote[] {
  return banner === undefined || banner.includes(release) ? [] : [{ kind: 'line-of-other-release', image, release }];
}
