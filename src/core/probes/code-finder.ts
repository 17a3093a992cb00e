import { type Line1, line1 } from '../base/position.ts';
import type { Outcome } from '../problem.ts';
import type { DebugFile } from '../symbols/dwarf/debug-file.ts';
import type { Image, SymbolPlace } from '../symbols/elf.ts';
import { type FunctionCopy, type LinePlace, placesOfLines } from '../symbols/line-places.ts';
import { type HeldVariable, variablesAt } from '../symbols/variables-at.ts';
import type { Images } from '../symbols/symbolizer.ts';
import { obstacleAt, type Obstacle } from './obstacles.ts';
import type { BuiltAs } from './plan-model.ts';

/** An instruction at which a statement of a line begins, as a probe names it. */
export interface CodePoint {
  readonly line: Line1;
  /** As kallsyms has it: `tcp_v4_rcv`, `nf_conntrack_tcp_packet.cold`. */
  readonly symbol: string;
  /** In bytes. */
  readonly offset: number;
  /** Alike for points in one copy of the function. */
  readonly copy: string;
  /** Whether it is in the function that was asked for: a compiler may leave a line of it elsewhere. */
  readonly isOwn: boolean;
  /** The function whose code it is part of, where the line's own was inlined: `nf_conntrack_tcp_packet`. */
  readonly inlinedInto?: string;
}

/** What must be known of an instruction to write a probe for it. */
export interface DescribedPoint extends CodePoint {
  /** Parameters and variables of the line's function that a register holds there. */
  readonly variables: readonly RegisterVariable[];
  /** Absent where a probe can be attached. */
  readonly obstacle?: Obstacle;
}

export interface RegisterVariable extends Omit<HeldVariable, 'register'> {
  /** As bpftrace and perf name it: `bx`. */
  readonly register: string;
}

/** By DWARF's numbers (System V ABI, AMD64 supplement, figure 3.36). */
const registerNames: Readonly<Record<string, readonly string[]>> = {
  x86_64: 'ax dx cx bx si di bp sp r8 r9 r10 r11 r12 r13 r14 r15'.split(' '),
};

export interface AskedLines {
  readonly file: string;
  /** Both ends are included. */
  readonly first: Line1;
  readonly last: Line1;
  /** The function that the lines are in; absent where a macro gives it another name than the source shows. */
  readonly function?: string;
  /** Functions of the same file: the code of one of them leads to that of the file. */
  readonly neighbours: readonly string[];
  readonly build: BuiltAs;
}

export interface FoundCode {
  /** What was read: a path. */
  readonly image: string;
  /** What the file is built into, as the image that holds its code tells. */
  readonly build: BuiltAs;
  /** The function's name in the debug info. */
  readonly function: string;
  /** `Linux version 6.1.0-56-amd64 (...)`; absent for modules. */
  readonly banner?: string;
  /** In the order of addresses, those of one copy together. */
  readonly points: readonly CodePoint[];
  /** Most of the code of these lines is of other functions: the image was built from other source. */
  readonly isOtherSource: boolean;
  /** Looks closer at some of the points: those of the line that is taken. */
  describe(points: readonly CodePoint[]): Promise<readonly DescribedPoint[]>;
}

/** Answers from the debug info of the kernel that is to be probed. */
export interface CodeFinder {
  find(asked: AskedLines): Promise<Outcome<FoundCode>>;
}

export function codeFinder(images: Images): CodeFinder {
  return {
    async find(asked) {
      const { value: opened, problems } = await imageOf(asked.build, images);
      if (opened === undefined) return { problems };
      const { image, build } = opened;
      const debug = await image.debugFile();
      if (debug === undefined) return { problems: [{ kind: 'vmlinux-without-debug-info', file: image.file }] };
      if ('fault' in debug)
        return { problems: [{ kind: 'debug-info-unreadable', file: image.file, detail: debug.fault }] };
      const hints = await addressesOf(image, [
        ...(asked.function === undefined ? [] : [asked.function]),
        ...asked.neighbours,
      ]);
      const places = await placesOfLines(debug, asked.file, asked.first, asked.last, hints);
      const banner = await image.linuxBanner();
      const name = asked.function ?? mostNamed(places);
      const sources = await pointsOf(image, name, places);
      const value: FoundCode = {
        image: image.file,
        function: name,
        build: places.length > 0 ? build : asked.build,
        ...(banner === undefined ? {} : { banner }),
        points: [...sources.keys()],
        isOtherSource: [...sources.keys()].filter(isForeign).length > places.length / 2,
        async describe(points) {
          const described: DescribedPoint[] = [];
          // One after the other: what is read of a file is loaded for one question at a time.
          for (const point of points) described.push(await describePoint(image, debug, point, sources.get(point)));
          return described;
        },
      };
      // The module's file is only missed where the kernel itself has none of the code.
      return { value, problems: places.length === 0 ? problems : [] };
    },
  };
}

/** The file that holds the code, and so what it is built into. */
async function imageOf(
  build: BuiltAs,
  images: Images,
): Promise<Outcome<{ readonly image: Image; readonly build: BuiltAs }>> {
  // Modules are looked for beside the kernel that was named.
  const kernel = await images.kernel({});
  const module = build.kind === 'built-in' || build.module === undefined ? undefined : build.module;
  const found = module === undefined ? undefined : await images.module(module, {});
  if (module !== undefined && found?.value !== undefined)
    return { value: { image: found.value, build: { kind: 'module', module } }, problems: [] };
  if (build.kind === 'module') return { problems: found?.problems ?? [] };
  const { value: image, problems } = kernel;
  if (image === undefined) return { problems };
  return { value: { image, build: { kind: 'built-in' } }, problems: found?.problems ?? [] };
}

/** How many functions are looked up to find the file's unit. */
const mostHints = 12;

async function addressesOf(image: Image, names: readonly string[]): Promise<readonly number[]> {
  const found = await Promise.all(names.map((name) => image.symbols(name)));
  return found
    .flat()
    .slice(0, mostHints)
    .map((symbol) => image.addressOf(symbol));
}

const isForeign = ({ isOwn }: CodePoint): boolean => !isOwn;

/** The function that most of the lines are in by themselves; what is inlined on them is a smaller part. */
function mostNamed(places: readonly LinePlace[]): string {
  const counts = new Map<string, number>();
  for (const { functions } of places) {
    const name = functions[0]?.name ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? '';
}

/** What a point was made of. */
interface Source {
  readonly address: number;
  readonly own: FunctionCopy | undefined;
  readonly around: SymbolPlace | undefined;
}

async function pointsOf(
  image: Image,
  name: string,
  places: readonly LinePlace[],
): Promise<ReadonlyMap<CodePoint, Source>> {
  const points = new Map<CodePoint, Source>();
  for (const place of places) {
    const { line, address, functions } = place;
    const outer = functions.at(-1)?.name ?? '';
    const around = bestOf(await image.symbolsAround(address), outer);
    const named = functions.find((each) => each.name === name);
    const own = named ?? functions.at(-1);
    const [symbol, offset] = [around?.symbol.name ?? outer, around?.offset ?? 0];
    const inlined = own?.name === outer ? {} : { inlinedInto: outer };
    points.set(
      { line: line1(line), symbol, offset, copy: own?.id ?? '', isOwn: named !== undefined, ...inlined },
      { address, own, around },
    );
  }
  return points;
}

async function describePoint(
  image: Image,
  debug: DebugFile,
  point: CodePoint,
  source: Source | undefined,
): Promise<DescribedPoint> {
  const obstacle = await obstacleAt(image, source?.around);
  const registers = registerNames[image.machine];
  const held =
    source?.own === undefined || registers === undefined ? [] : await variablesAt(debug, source.own, source.address);
  const variables = held.flatMap(({ register, ...variable }) => {
    const named = registers?.[register];
    return named === undefined ? [] : [{ ...variable, register: named }];
  });
  return { ...point, variables, ...(obstacle === undefined ? {} : { obstacle }) };
}

/** Of several names of one place the function's own, `f.isra.0` too. */
function bestOf(places: readonly SymbolPlace[], name: string): SymbolPlace | undefined {
  return places.find(({ symbol }) => symbol.name.split('.', 1)[0] === name) ?? places[0];
}
