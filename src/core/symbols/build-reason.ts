import { english, type Say } from '../report/say.ts';

/** Why a build was judged as it was. `image` is how a sentence calls the file: `vmlinux` or `nf_conntrack.ko`. */
export type BuildReason =
  | { readonly kind: 'build-id-equal'; readonly image: string }
  | { readonly kind: 'build-id-differs'; readonly image: string; readonly trace: string; readonly file: string }
  | { readonly kind: 'version-equal'; readonly image: string; readonly version: string }
  | { readonly kind: 'version-differs'; readonly image: string; readonly trace: string; readonly file: string }
  | { readonly kind: 'architecture-differs'; readonly image: string; readonly trace: string; readonly file: string }
  /** Sizes in bytes, the trace's and what the file's symbols of that name have. */
  | {
      readonly kind: 'size-mismatch';
      readonly image: string;
      readonly function: string;
      readonly trace: number;
      readonly file: readonly number[];
    }
  | { readonly kind: 'sizes-equal'; readonly image: string; readonly compared: number }
  /** Return addresses whose call goes to the function of the frame above. */
  | { readonly kind: 'calls-agree'; readonly image: string; readonly compared: number }
  /** Return addresses, of so many, that have no call before them in this file. */
  | {
      readonly kind: 'no-calls';
      readonly image: string;
      readonly without: number;
      readonly compared: number;
      /** The first of them: `tcp_v4_rcv+0x596`. */
      readonly place: string;
    }
  /** Nothing contradicts, and too little agrees: at most a few sizes, no version. */
  | { readonly kind: 'little-to-compare'; readonly image: string; readonly compared: number }
  | { readonly kind: 'no-image' };

/** The reason as a sentence without a full stop. */
export function buildReasonText(reason: BuildReason, say: Say = english): string {
  switch (reason.kind) {
    case 'build-id-equal':
      return say('the build-id in the trace is that of this {0}', reason.image);
    case 'build-id-differs':
      return say('build-id mismatch: the trace says {1}, this {0} {2}', reason.image, reason.trace, reason.file);
    case 'version-equal':
      return say('the trace and this {0} are both of {1}', reason.image, reason.version);
    case 'version-differs':
      return say('version mismatch: the trace says {1}, this {0} {2}', reason.image, reason.trace, reason.file);
    case 'architecture-differs':
      return say('architecture mismatch: the trace says {1}, this {0} {2}', reason.image, reason.trace, reason.file);
    case 'size-mismatch':
      return say(
        'size mismatch: the trace says {1}, this {0} {2}',
        reason.image,
        hex(reason.trace),
        reason.file.map(hex).join(', '),
      );
    case 'sizes-equal':
      return say('the sizes of {1} functions agree with this {0}', reason.image, reason.compared);
    case 'calls-agree':
      return say('{1} calls go to the frame above in this {0}', reason.image, reason.compared);
    case 'no-calls':
      return say(
        'call mismatch: in this {0} {1} of {2} return addresses have no call before them ({3} is the first)',
        reason.image,
        reason.without,
        reason.compared,
        reason.place,
      );
    case 'little-to-compare':
      return reason.compared === 0
        ? say('the trace holds no function size and no version to compare with this {0}', reason.image)
        : say('only {1} function sizes agree with this {0}, too few to prove the build', reason.image, reason.compared);
    case 'no-image':
      return say('there is no file with debug info to compare the trace with');
    default:
      return unreachable(reason);
  }
}

const hex = (value: number): string => `0x${value.toString(16)}`;

function unreachable(reason: never): string {
  return String(reason);
}
