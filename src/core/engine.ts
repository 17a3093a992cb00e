/**
 * The engine's questions and answers: what the editor, the command line and the worker's messages have in common.
 * All of it is plain data. Every question takes a context last, may be cancelled, and answers with an outcome.
 */
import type { CancelSignal } from './base/abort.ts';
import type { Callers, Chains } from './callers/call-model.ts';
import type { WordPrints } from './callers/word-prints.ts';
import type { Effect } from './incidents/pack.ts';
import type { Decoded, Guard, IncidentStatus, Lens, Path, Site, SourceLine } from './model.ts';
import type { NoteAnchor, NotePlace } from './notes/note.ts';
import type { Term } from './paths/recognise-term.ts';
import type { Wanted, WrapperFacts } from './paths/wrapper-facts.ts';
import type { Outcome } from './problem.ts';
import type { Explanation } from './report/explanation.ts';
import type { BuiltAs } from './tree/kbuild.ts';

export interface Context {
  readonly signal: CancelSignal;
  readonly progress: (report: Progress) => void;
  /** What is known of the tree's wrappers (`wrappersToText`); absent: each file is looked at alone. */
  readonly wrappers?: string;
  /** Waited for between the steps of long work, so that whoever runs it hears of a cancellation. */
  readonly breathe?: () => Promise<void>;
}

export interface Progress {
  /** What is being worked on: a file, a frame, an object. */
  readonly step: string;
  readonly done: number;
  readonly total: number;
}

export type Question<Request, Answer> = (request: Request, context: Context) => Promise<Outcome<Answer>>;

export interface Engine {
  readonly tree: Question<Record<string, never>, TreeSummary>;
  /** The C files that the given files and folders hold, sorted; without any, those of net/. */
  readonly sourceFiles: Question<{ readonly paths: readonly string[] }, readonly string[]>;
  readonly sites: Question<FileRequest, FileReport>;
  /** What files tell about the tree's wrappers and, where asked for, their sites: one reading for both. */
  readonly look: Question<LookRequest, readonly FileLook[]>;
  /** What else files tell about the tree's wrappers; those that tell nothing are left out. */
  readonly wrapperFacts: Question<WrapperRequest, readonly WrapperFacts[]>;
  /** The same with every path to each site: ten times as much data. */
  readonly sitePaths: Question<FileRequest, FilePaths>;
  /** What a text from anywhere names in this tree; functions are looked for among those given. */
  readonly terms: Question<{ readonly text: string; readonly functions: readonly string[] }, readonly Term[]>;
  /** The positions of a file's lenses: quick, no other file is read. */
  readonly lensSpots: Question<FileRequest & { readonly density: LensDensity }, readonly LensSpot[]>;
  /** The title and command of one lens; may read other files. */
  readonly lens: Question<FileRequest & { readonly spot: LensSpot }, Lens>;
  readonly paths: Question<PlaceRequest, Ways>;
  readonly explain: Question<PlaceRequest, Explanation>;
  /** Who calls a function, with what, and under which conditions; the first question reads the tree's words. */
  readonly callers: Question<CallersRequest, Callers>;
  /** How a packet, a system call or a timer gets to a function: whole chains of calls. */
  readonly chains: Question<ChainsRequest, Chains>;
  readonly incidents: Question<{ readonly ids: readonly string[] }, readonly IncidentReport[]>;
  readonly incident: Question<{ readonly id: string }, Explanation>;
  /** The statement at a line, as a note knows it: told by structure, not by its line. */
  readonly anchorAt: Question<PlaceRequest, NoteAnchor>;
  /** Where the statements of notes are in this tree, one place for each anchor. */
  readonly findNotes: Question<NotesRequest, readonly NotePlace[]>;
  readonly decode: Question<DecodeRequest, Decoded>;
  /** A trace whose lines are known already, with the sites that stand on them and the incidents that those show. */
  readonly traceSites: Question<{ readonly decoded: Decoded }, Decoded>;
  readonly probe: Question<ProbeQuestion, ProbeScript>;
}

export interface FileRequest {
  /** Relative to the tree. */
  readonly file: string;
  /** The text as the editor holds it; absent for the file on disk. */
  readonly text?: string;
}

export interface LookRequest {
  readonly files: readonly string[];
  /** Those of them whose sites are wanted too. */
  readonly sites: readonly string[];
}

export interface FileLook {
  readonly file: string;
  /** Which words it holds, and which functions it defines; absent where no word of it speaks of packets or sockets. */
  readonly prints?: WordPrints;
  readonly defined?: WordPrints;
  /** Absent where it tells nothing of wrappers. */
  readonly facts?: WrapperFacts;
  /** As far as no other file has a say: final where the file holds no wrapper's name. */
  readonly report?: FileReport;
}

export interface WrapperRequest {
  readonly files: readonly string[];
  readonly wanted: Wanted;
}

export interface PlaceRequest extends FileRequest {
  readonly line: number;
  /** Also look into other files, for what calls here and what is called here: takes seconds where nothing is cached. */
  readonly deep?: boolean;
}

export interface NotesRequest {
  readonly anchors: readonly NoteAnchor[];
  /** Files as the editor holds them, where they differ from the disk. */
  readonly edited?: readonly Required<FileRequest>[];
}

/** A function by a line in it, or by its name; the id of a site stands for the function it is in. */
export type CallersRequest = PlaceRequest | { readonly name: string; readonly file?: string };

export type ChainsRequest = CallersRequest & {
  /** The greatest number of calls in a chain. */
  readonly depth?: number;
  /** How many chains at most. */
  readonly most?: number;
};

export type LensDensity = 'incidents' | 'labels' | 'all';

/** Where a lens will stand and what it will speak of; its title comes from `Engine.lens`. */
export interface LensSpot {
  readonly line: number;
  readonly about: 'function' | 'site' | 'ways' | 'incident' | 'probe';
  /** The line that is explained when the lens is clicked: that of the site, label or function. */
  readonly subject: number;
  readonly function: string;
  readonly incident?: string;
  readonly tool?: ProbeTool;
}

export interface FileReport {
  readonly file: string;
  readonly sites: readonly Site[];
  /** How many functions were read: all in which something stands that a site is made of, or where an incident shows. */
  readonly functions: number;
  readonly unparsed: readonly { readonly name: string; readonly line: number; readonly faultLine: number }[];
}

export interface FilePaths extends FileReport {
  /** By the site's id. */
  readonly paths: Readonly<Record<string, readonly Path[]>>;
}

/** What leads to a line: to the sites on it, to a label, or into a function. */
export interface Ways {
  readonly subject: SourceLine & { readonly function: string; readonly label?: string };
  readonly sites: readonly Site[];
  readonly paths: readonly Path[];
  /** What builds the file; absent for headers and for what no list of a Makefile names. */
  readonly built?: BuiltAs;
  /** Calls of the function in its own file, when the subject is a function. */
  readonly callers: readonly { readonly function: string; readonly line: number; readonly guards: readonly Guard[] }[];
}

export interface IncidentReport extends IncidentStatus {
  readonly area: string;
  readonly effect: Effect;
  /** Where it shows in the source: the places its lenses stand. */
  readonly anchors: readonly {
    readonly role: string;
    readonly file: string;
    readonly line: number;
    readonly function: string;
  }[];
  /** Set where a function on which the answer rests did not parse. */
  readonly uncertain?: boolean;
}

export interface DecodeRequest {
  readonly text: string;
  /** One file, or several with the system's path delimiter between them: the trace's release picks. */
  readonly vmlinux?: string;
  /** Folders, in the same way. */
  readonly modules?: string;
  /** Servers may be asked for debug info that isn't here, with debuginfod-find. */
  readonly debuginfod?: boolean;
  /** Who finds the lines; with `none` nothing is run and frames go to their function's definition. */
  readonly engine: 'builtin' | 'faddr2line' | 'none';
}

export type ProbeTool = 'bpftrace' | 'stap' | 'perf' | 'ftrace';

export interface ProbeQuestion {
  /** FILE:LINE, FUNCTION, FUNCTION+OFFSET, incident:ID or drop-reason:NAME. */
  readonly target: string;
  readonly tool: ProbeTool;
  readonly toolVersion?: string;
  /** Debug info of the kernel that is to be probed, as in `DecodeRequest`: lines are then caught themselves. */
  readonly vmlinux?: string;
  readonly modules?: string;
}

export interface ProbeScript {
  readonly title: string;
  readonly fileName: string;
  readonly language: 'bpftrace' | 'systemtap' | 'shellscript';
  readonly text: string;
  /** The arguments that run the script once it is saved; {file} stands for its path. */
  readonly run: readonly string[];
}

export interface TreeSummary {
  readonly release: string;
  readonly reasons: number;
  readonly rstReasons: number;
  readonly counters: number;
  readonly sysctls: number;
  readonly config?: string;
  readonly arch?: string;
  readonly vmlinux?: { readonly file: string; readonly why: string };
}
