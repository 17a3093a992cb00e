import type { Drop, TraceSection } from '../model.ts';

/** What the lines around the frames say of the kernel that printed them. All fields as printed. */
export interface Banner {
  /** uname -r: `6.1.0-56-amd64`. */
  readonly release?: string;
  /** The first word of uname -v: `#1`. */
  readonly buildNumber?: string;
  /** What the distribution adds: `Debian 6.1.192-2`. */
  readonly package?: string;
  /** The kernel image's build-id, 40 hex digits (CONFIG_STACKTRACE_BUILD_ID). */
  readonly buildId?: string;
  /** The whole `Linux version ...` line, when the text holds the boot log. */
  readonly linuxVersion?: string;
}

/** A pasted text as read: nothing in it is resolved yet, so frames carry no locations and certainty `none`. */
export interface Trace {
  /** The dialect most frames and drops are written in: `printk`, `bpftrace`, `stap`, ...; `none` without any. */
  readonly format: string;
  /** As `uname -m` says it, where the text tells: `x86_64`. */
  readonly arch?: string;
  readonly banner: Banner;
  readonly sections: readonly TraceSection[];
  readonly drops: readonly Drop[];
  /** How many lines the text has. */
  readonly lineCount: number;
}
