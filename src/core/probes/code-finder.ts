import { type Line1, line1 } from '../base/position.ts';
import type { Outcome } from '../problem.ts';
import type { DebugFile } from '../symbols/dwarf/debug-file.ts';
import type { Image, SymbolPlace } from '../symbols/elf.ts';
import { type LinePlace, placesOfLines } from '../symbols/line-places.ts';
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
  /** The function whose code it is part of, where the line's own was inlined: `nf_conntrack_tcp_packet`. */
  readonly inlinedInto?: string;
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
  /** The function that the lines are in. */
  readonly function: string;
  /** Functions of the same file: the code of one of them leads to that of the file. */
  readonly neighbours: readonly string[];
  readonly build: BuiltAs;
}

export interface FoundCode {
  /** What was read: a path. */
  readonly image: string;
  /** `Linux version 6.1.0-56-amd64 (...)`; absent for modules. */
  readonly banner?: string;
  /** In the order of addresses, those of one copy together. */
  readonly points: readonly CodePoint[];
  /** Most of the code of these lines is of other functions: the image was built from other source. */
  readonly isOtherSource: boolean;
}

/** Answers from the debug info of the kernel that is to be probed. */
export interface CodeFinder {
  find(asked: AskedLines): Promise<Outcome<FoundCode>>;
}

export function codeFinder(images: Images): CodeFinder {
  return {
    async find(asked) {
      const { value: image, problems } = await imageOf(asked.build, images);
      if (image === undefined) return { problems };
      const debug = await image.debugFile();
      if (debug === undefined) return { problems: [{ kind: 'vmlinux-without-debug-info', file: image.file }] };
      if ('fault' in debug)
        return { problems: [{ kind: 'debug-info-unreadable', file: image.file, detail: debug.fault }] };
      const hints = await addressesOf(image, [asked.function, ...asked.neighbours]);
      const places = await placesOfLines(debug, asked.file, asked.first, asked.last, hints);
      const banner = await image.linuxBanner();
      const value = {
        image: image.file,
        points: await pointsOf(image, debug, asked.function, places),
        isOtherSource: places.filter((place) => levelOf(place, asked.function) < 0).length > places.length / 2,
      };
      return { value: banner === undefined ? value : { ...value, banner }, problems: [] };
    },
  };
}

async function imageOf(build: BuiltAs, images: Images): Promise<Outcome<Image>> {
  if (build.kind === 'module') {
    // Modules are looked for beside the kernel that was named.
    await images.kernel({});
    return images.module(build.module, {});
  }
  const kernel = await images.kernel({});
  if (build.kind === 'built-in' || build.module === undefined || kernel.value === undefined) return kernel;
  const module = await images.module(build.module, {});
  return module.value === undefined ? kernel : module;
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

const levelOf = ({ functions }: LinePlace, name: string): number => functions.findIndex((each) => each.name === name);

async function pointsOf(
  image: Image,
  debug: DebugFile,
  name: string,
  places: readonly LinePlace[],
): Promise<readonly CodePoint[]> {
  const registers = registerNames[image.machine] ?? [];
  const points: CodePoint[] = [];
  for (const place of places) {
    const { line, address, functions } = place;
    const outer = functions.at(-1)?.name ?? '';
    const around = bestOf(await image.symbolsAround(address), outer);
    const own = functions[Math.max(0, levelOf(place, name))];
    const held = own === undefined || registers.length === 0 ? [] : await variablesAt(debug, own, address);
    const obstacle = await obstacleAt(image, around);
    points.push({
      line: line1(line),
      symbol: around?.symbol.name ?? outer,
      offset: around?.offset ?? 0,
      copy: own?.id ?? '',
      variables: held.flatMap(({ register, ...variable }) => {
        const named = registers[register];
        return named === undefined ? [] : [{ ...variable, register: named }];
      }),
      ...(own?.name === outer ? {} : { inlinedInto: outer }),
      ...(obstacle === undefined ? {} : { obstacle }),
    });
  }
  return points;
}

/** Of several names of one place the function's own, `f.isra.0` too. */
function bestOf(places: readonly SymbolPlace[], name: string): SymbolPlace | undefined {
  return places.find(({ symbol }) => symbol.name.split('.', 1)[0] === name) ?? places[0];
}
