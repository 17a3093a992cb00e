/**
 * The plain data that crosses boundaries: worker messages, the command line's JSON, golden files and the editor
 * all see these shapes. Fields may be added, never renamed. Lines and columns count from 1; paths are relative
 * to the tree and use forward slashes.
 */

/** `free`: nothing is lost, but the call that frees is one that the kernel reports as a drop. */
export type SiteKind = 'drop' | 'reset' | 'verdict' | 'count' | 'free';

/** A MIB item bumped at `line`, with the name nstat prints. */
export interface Counter {
  readonly mib: string;
  readonly nstat: string;
  readonly line: number;
}

/** A sysctl whose field is read in a guard at `line`. */
export interface Sysctl {
  readonly name: string;
  readonly identifier: string;
  readonly line: number;
}

/** A place in the source where a packet is dropped, a RST is sent, a verdict ends it, or only a counter tells. */
export interface Site {
  /** Stable across versions: function/label-or-callee/ordinal. */
  readonly id: string;
  readonly kind: SiteKind;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly function: string;
  /** The label this site stands under, when control enters there by goto. */
  readonly label?: string;
  /** Where that label stands. */
  readonly labelLine?: number;
  /** kfree_skb_reason, tcp_v4_send_reset, ... */
  readonly callee?: string;
  /** What that call passes, as written. */
  readonly arguments?: readonly string[];
  /** Why this is a site, as a stable key; sentences are made at the edge. */
  readonly why: string;
  /** Why that call ends a packet, where the function called is not itself a free or a RST sender. */
  readonly ending?: Ending;
  /** SKB_DROP_REASON_* that can be in force here; empty where the tree gives none. */
  readonly reasons: readonly string[];
  /** SK_RST_REASON_* passed on here. */
  readonly rstReasons: readonly string[];
  readonly counters: readonly Counter[];
  readonly sysctls: readonly Sysctl[];
  readonly incidents: readonly string[];
  /** How many paths lead here. */
  readonly paths: number;
  /** The site of the same function that control comes to next without a choice: where a counted packet then dies. */
  readonly leadsTo?: string;
}

/** Where every way of what is called ends. */
export interface Ending {
  /** `kfree_skb_reason`, `tcp_v4_send_reset`; sorted. */
  readonly in: readonly string[];
  /** The function called; for a call through a field those that the tree puts into it. */
  readonly functions: readonly { readonly name: string; readonly file: string }[];
}

export interface Guard {
  readonly line: number;
  readonly text: string;
  /** Whether the condition is true (or the case taken) on this path. */
  readonly holds: boolean;
  /** True where the other outcome leaves the function or goes elsewhere before the site: "not left earlier". */
  readonly early?: boolean;
  /** The #if conditions under which this guard is there at all, where the path itself does not need them. */
  readonly preprocessor?: readonly string[];
}

/** One way control reaches a site inside its function. */
export interface Path {
  readonly site: string;
  readonly entry: { readonly line: number; readonly kind: 'goto' | 'fallthrough' | 'straight'; readonly text?: string };
  /** Outermost first, which is source order up to the entry and then from the label to the site. */
  readonly guards: readonly Guard[];
  /** The drop or RST reason in force when the site is reached this way. */
  readonly reason?: string;
  /** All that can be in force where it is not one: reasons, and the calls whose return value decides. */
  readonly reasons?: readonly string[];
  /** MIB items bumped right before the entering jump. */
  readonly counters?: readonly Counter[];
  /** True where the packet may have been used to its end on this way: the call that frees it reports a drop all the same. */
  readonly used?: boolean;
  /** The conditions of the #if halves this path needs, as written. */
  readonly preprocessor?: readonly string[];
  /** Whether those conditions, and those of the guards, hold in the tree's .config; without what it can't tell. */
  readonly configured?: Readonly<Record<string, boolean>>;
  /** Tracepoints that fire on the way, before the site. */
  readonly tracepoints?: readonly Crossed[];
}

/** A tracepoint that fires: at `line` by a call on the path, or inside of the call that the site is. */
export interface Crossed {
  /** As tools name it: `skb:kfree_skb`; as the source calls it, `trace_kfree_skb`, until the tree was asked. */
  readonly name: string;
  readonly line: number;
  /** Of the site's call, when it fires inside. */
  readonly inside?: string;
  /** What must be true inside for it to fire. */
  readonly when?: readonly Guard[];
}

export interface Lens {
  readonly line: number;
  readonly kind: string;
  readonly title: string;
  /** What the title had to leave out. */
  readonly tooltip?: string;
  readonly command?: { readonly id: string; readonly arguments: readonly unknown[] };
}

export type StatusWord = 'present' | 'mitigated' | 'fixed' | 'absent';

export interface Evidence {
  readonly file: string;
  readonly line: number;
  readonly function: string;
  readonly what: string;
}

export interface IncidentStatus {
  readonly id: string;
  readonly title: string;
  readonly status: StatusWord;
  readonly why: string;
  readonly evidence: readonly Evidence[];
}

export type BuildVerdict = 'match' | 'mismatch' | 'unproven';

export interface Build {
  readonly verdict: BuildVerdict;
  readonly why: string;
  readonly sizesMatching: number;
  readonly sizesCompared: number;
}

export interface SourceLine {
  readonly file: string;
  readonly line: number;
}

export interface Location extends SourceLine {
  readonly function: string;
  readonly inlined: boolean;
}

/** What a frame's address means; it decides whether one byte is subtracted before the line is looked up. */
export type FrameRole = 'call' | 'pc' | 'link' | 'reference' | 'probed' | 'interrupted';

/** A line is never shown more certain than it is. */
export type Certainty = 'exact' | 'unverified' | 'inferred' | 'definition' | 'none';

export interface Frame {
  /** In the pasted text. */
  readonly line: number;
  /** As pasted, trimmed. */
  readonly text: string;
  /** As printed, compiler suffixes (.isra.0, .cold, ...) kept. */
  readonly function?: string;
  readonly offset?: number;
  readonly size?: number;
  /** Without brackets; absent for the kernel itself. */
  readonly module?: string;
  /** Lower-case hex without 0x, as printed. */
  readonly address?: string;
  /** Of the symbol in that line, 1-based, end exclusive. */
  readonly column?: readonly [number, number];
  /** False for '?' frames. */
  readonly reliable: boolean;
  /** The text itself says that this frame was inlined. */
  readonly inlined: boolean;
  readonly buildId?: string;
  /** File and line that the text itself gives. */
  readonly stated?: SourceLine;
  /** The location is the one that the text gives, found in the tree: nothing else tells that it is right. */
  readonly asStated?: true;
  readonly role: FrameRole;
  readonly certainty: Certainty;
  /** Innermost first. */
  readonly locations: readonly Location[];
  /** What faddr2line would say, where it differs. */
  readonly returnLine?: SourceLine;
  /** Certainty 'inferred' or 'definition', more than one. */
  readonly candidates?: readonly SourceLine[];
  readonly sites: readonly string[];
}

export interface TraceSection {
  readonly title: string;
  /** Reports of several processors may have run into one another here; the text gives no way to tell them apart. */
  readonly interleaved?: true;
  readonly frames: readonly Frame[];
}

export interface Drop {
  readonly line: number;
  /** A RST that was sent; absent for a drop. */
  readonly kind?: 'reset';
  readonly function?: string;
  readonly offset?: number;
  readonly address?: string;
  readonly reason?: string;
  readonly reasonNumber?: number;
  /** Where it happened, innermost first; absent where nothing tells. */
  readonly locations?: readonly Location[];
  readonly certainty?: Certainty;
  /** The only site of the tree that it can be. */
  readonly site?: string;
  /** The sites it can be, where they are more than one. */
  readonly candidates?: readonly string[];
}

export interface TraceProblem {
  readonly kind: string;
  readonly line?: number;
  readonly detail: string;
}

export interface Decoded {
  readonly format: string;
  readonly release?: string;
  readonly arch?: string;
  readonly build: Build;
  readonly sections: readonly TraceSection[];
  readonly drops: readonly Drop[];
  readonly incidents: readonly string[];
  readonly problems: readonly TraceProblem[];
}
