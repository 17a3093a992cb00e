import type { BuildVerdict, Frame } from '../model.ts';
import type { Banner } from '../traces/trace.ts';
import type { BuildReason } from './build-reason.ts';
import { type CallPair, compareCalls } from './compare-calls.ts';
import type { Image } from './elf.ts';

/** Whether an image is of the build that printed a trace. */
export interface Judgement {
  readonly verdict: BuildVerdict;
  readonly reason: BuildReason;
  /** Distinct functions whose printed size is that of a symbol of the same name. */
  readonly sizesMatching: number;
  /** Distinct functions that have a printed size and a symbol in the image. */
  readonly sizesCompared: number;
}

/** From so many distinct functions on, equal sizes alone prove a build; fewer also fit its neighbours. */
const enoughSizes = 3;

/** And so many distinct calls, each at its very offset. */
const enoughCalls = 3;

/**
 * Judges an image by what the trace says of its kernel and by the sizes of its frames (those of the image only: a
 * module's frames are judged against the module's file). What contradicts goes before what agrees; a build-id decides alone.
 */
export async function judgeBuild(
  image: Image,
  frames: readonly Frame[],
  banner: Banner,
  arch?: string,
  pairs: readonly CallPair[] = [],
): Promise<Judgement> {
  const sizes = await compareSizes(image, frames);
  const counts = { sizesMatching: sizes.matching, sizesCompared: sizes.compared };
  const judged = (verdict: BuildVerdict, reason: BuildReason): Judgement => ({ verdict, reason, ...counts });
  const name = imageName(image);
  const ids = await compareBuildIds(image, frames, banner);
  if (ids !== undefined) {
    return ids.trace === ids.file
      ? judged('match', { kind: 'build-id-equal', image: name })
      : judged('mismatch', { kind: 'build-id-differs', image: name, ...ids });
  }
  if (arch !== undefined && !image.machine.startsWith('machine-') && arch !== image.machine) {
    return judged('mismatch', { kind: 'architecture-differs', image: name, trace: arch, file: image.machine });
  }
  const version = await compareVersions(image, banner);
  if (version?.equal === false)
    return judged('mismatch', { kind: 'version-differs', image: name, trace: version.trace, file: version.file });
  if (sizes.mismatch !== undefined && tooMany(sizes.compared - sizes.matching, sizes.compared)) {
    return judged('mismatch', { kind: 'size-mismatch', image: name, ...sizes.mismatch });
  }
  if (version?.proves === true) return judged('match', { kind: 'version-equal', image: name, version: version.trace });
  if (sizes.matching >= enoughSizes)
    return judged('match', { kind: 'sizes-equal', image: name, compared: sizes.matching });
  const byCalls = await judgeCalls(image, pairs);
  return byCalls === undefined
    ? judged('unproven', { kind: 'little-to-compare', image: name, compared: sizes.matching })
    : judged(...byCalls);
}

/**
 * Stacks without sizes (bpftrace, /proc/PID/stack of old kernels) still hold return addresses. In the build that printed
 * them nearly all stand behind a call, in any other nearly none; a few are calls only since the kernel patched itself.
 */
async function judgeCalls(image: Image, pairs: readonly CallPair[]): Promise<[BuildVerdict, BuildReason] | undefined> {
  const { agreeing, others, without } = await compareCalls(image, pairs);
  const name = imageName(image);
  const [first] = without;
  if (first !== undefined && without.length > 1 && without.length > agreeing + others) {
    const place = `${first.function}+0x${(first.offset ?? 0).toString(16)}`;
    const compared = agreeing + others + without.length;
    return ['mismatch', { kind: 'no-calls', image: name, without: without.length, compared, place }];
  }
  return agreeing >= enoughCalls && without.length * 10 <= agreeing
    ? ['match', { kind: 'calls-agree', image: name, compared: agreeing }]
    : undefined;
}

/** How sentences call a file: `vmlinux`, or the module's file name. */
export function imageName(image: Image): string {
  const base = image.file.slice(image.file.lastIndexOf('/') + 1);
  return image.type === 'relocatable' ? base : 'vmlinux';
}

/** A patched or hand-edited line among many doesn't condemn the rest: one in twenty is let pass (and not resolved). */
const tooMany = (mismatching: number, compared: number): boolean => mismatching * 20 > compared;

interface SizeComparison {
  readonly matching: number;
  readonly compared: number;
  readonly mismatch?: { readonly function: string; readonly trace: number; readonly file: readonly number[] };
}

async function compareSizes(image: Image, frames: readonly Frame[]): Promise<SizeComparison> {
  let matching = 0;
  let compared = 0;
  let mismatch: SizeComparison['mismatch'];
  for (const frame of distinctFunctions(frames).values()) {
    const sizes = (await image.symbols(frame.function)).map((symbol) => symbol.size);
    if (sizes.length === 0) continue;
    compared++;
    if (sizes.includes(frame.size)) matching++;
    else mismatch ??= { function: frame.function, trace: frame.size, file: sizes };
  }
  return { matching, compared, ...(mismatch === undefined ? {} : { mismatch }) };
}

function distinctFunctions(
  frames: readonly Frame[],
): ReadonlyMap<string, { readonly function: string; readonly size: number }> {
  const distinct = new Map<string, { readonly function: string; readonly size: number }>();
  for (const frame of frames) {
    if (frame.function === undefined || frame.size === undefined) continue;
    distinct.set(`${frame.function}/${frame.size}`, { function: frame.function, size: frame.size });
  }
  return distinct;
}

async function compareBuildIds(
  image: Image,
  frames: readonly Frame[],
  banner: Banner,
): Promise<{ readonly trace: string; readonly file: string } | undefined> {
  const trace =
    image.type === 'relocatable' ? frames.find((frame) => frame.buildId !== undefined)?.buildId : banner.buildId;
  const file = trace === undefined ? undefined : await image.buildId();
  return trace === undefined || file === undefined ? undefined : { trace, file };
}

interface VersionComparison {
  readonly equal: boolean;
  /** More than the release agrees: the distribution's package, or the whole version line. */
  readonly proves: boolean;
  readonly trace: string;
  readonly file: string;
}

async function compareVersions(image: Image, banner: Banner): Promise<VersionComparison | undefined> {
  const version = image.type === 'relocatable' ? undefined : await image.linuxBanner();
  if (version !== undefined && banner.linuxVersion !== undefined && banner.linuxVersion === version) {
    return { equal: true, proves: true, trace: banner.linuxVersion, file: version };
  }
  const release =
    version === undefined ? (await image.moduleInfo()).get('vermagic')?.split(' ', 1)[0] : version.split(' ', 3)[2];
  if (release === undefined || banner.release === undefined) return undefined;
  const traceSays = [banner.release, banner.buildNumber, banner.package].filter((word) => word !== undefined).join(' ');
  if (release !== banner.release) return { equal: false, proves: false, trace: banner.release, file: release };
  if (version === undefined) return { equal: true, proves: false, trace: traceSays, file: release };
  const told = [banner.buildNumber, banner.package].filter((word) => word !== undefined);
  const equal = told.every((word) => ` ${version} `.includes(` ${word} `));
  const fileSays = equal ? version : version.slice(version.indexOf(' #') + 1);
  return { equal, proves: equal && banner.package !== undefined, trace: traceSays, file: fileSays };
}
