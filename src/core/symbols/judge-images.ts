import type { Frame } from '../model.ts';
import type { Problem } from '../problem.ts';
import type { Trace } from '../traces/trace.ts';
import { buildReasonText } from './build-reason.ts';
import { callPairs } from './compare-calls.ts';
import type { Image } from './elf.ts';
import { judgeBuild, type Judgement } from './judge-build.ts';
import type { Images } from './symbolizer.ts';

/** The image that frames of one module (or of the kernel) come from, judged. */
export interface JudgedImage {
  readonly image: Image;
  readonly judgement: Judgement;
}

export interface JudgedImages {
  /** By module name; the kernel's own under ''. Images of another build, or without debug info, are in it too. */
  readonly images: ReadonlyMap<string, JudgedImage>;
  /** What is said of the trace as a whole: the kernel's judgement, else the modules'. */
  readonly overall: Judgement;
  readonly problems: readonly Problem[];
}

/** Finds and judges the image of every module that has frames, and of the kernel. */
export async function judgeImages(
  trace: Trace,
  frames: readonly Frame[],
  images: Images | undefined,
): Promise<JudgedImages> {
  const problems: Problem[] = [];
  const judged = new Map<string, JudgedImage>();
  const pairs = callPairs(trace.sections.map((section) => section.frames));
  for (const [module, group] of images === undefined ? [] : byModule(frames)) {
    const found = await (module === ''
      ? images?.kernel({ ...releaseOf(trace), ...idOf(trace.banner.buildId) })
      : images?.module(module, {
          ...releaseOf(trace),
          ...idOf(group.find((frame) => frame.buildId !== undefined)?.buildId),
        }));
    problems.push(...(found?.problems ?? []));
    if (found?.value === undefined) continue;
    const own = pairs.filter(({ caller }) => (caller.module ?? '') === module);
    const judgement = await judgeBuild(found.value, group, trace.banner, trace.arch, own);
    judged.set(module, { image: found.value, judgement });
  }
  for (const { image, judgement } of judged.values()) {
    if (judgement.verdict !== 'mismatch') continue;
    problems.push({ kind: 'build-mismatch', file: image.file, why: buildReasonText(judgement.reason) });
  }
  const related = await relateModules(judged);
  return { images: related, overall: overall(related), problems };
}

/**
 * A module whose own frames prove nothing shares its kernel's fate: refused with it, and trusted with it when its
 * vermagic names that kernel's release.
 */
async function relateModules(judged: ReadonlyMap<string, JudgedImage>): Promise<ReadonlyMap<string, JudgedImage>> {
  const kernel = judged.get('');
  if (kernel === undefined || kernel.judgement.verdict === 'unproven') return judged;
  const release = (await kernel.image.linuxBanner())?.split(' ', 3)[2];
  const related = new Map(judged);
  for (const [module, { image, judgement }] of judged) {
    if (judgement.verdict !== 'unproven') continue;
    const vermagic = (await image.moduleInfo()).get('vermagic')?.split(' ', 1)[0];
    const { verdict, reason } = kernel.judgement;
    if (verdict === 'mismatch' || vermagic === release) {
      related.set(module, { image, judgement: { ...judgement, verdict, reason } });
    }
  }
  return related;
}

const releaseOf = (trace: Trace): { readonly release?: string } =>
  trace.banner.release === undefined ? {} : { release: trace.banner.release };

const idOf = (buildId: string | undefined): { readonly buildId?: string } => (buildId === undefined ? {} : { buildId });

function byModule(frames: readonly Frame[]): ReadonlyMap<string, readonly Frame[]> {
  const groups = new Map<string, Frame[]>();
  // The kernel goes first: its file tells where modules lie.
  for (const frame of [...frames].sort((a, b) => Number(a.module !== undefined) - Number(b.module !== undefined))) {
    const group = groups.get(frame.module ?? '') ?? [];
    group.push(frame);
    groups.set(frame.module ?? '', group);
  }
  return groups;
}

/** Sizes are summed over all images; the verdict is the worst of kernel and modules that were judged, the kernel's reason first. */
function overall(judged: ReadonlyMap<string, JudgedImage>): Judgement {
  const all = [...judged.entries()].sort(([a], [b]) => a.localeCompare(b)).map(([, entry]) => entry.judgement);
  const first = judged.get('')?.judgement ?? all[0];
  if (first === undefined)
    return { verdict: 'unproven', reason: { kind: 'no-image' }, sizesMatching: 0, sizesCompared: 0 };
  return {
    verdict: first.verdict,
    reason: first.reason,
    sizesMatching: all.reduce((sum, judgement) => sum + judgement.sizesMatching, 0),
    sizesCompared: all.reduce((sum, judgement) => sum + judgement.sizesCompared, 0),
  };
}
