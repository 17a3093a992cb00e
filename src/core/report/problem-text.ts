import type { Problem } from '../problem.ts';
import { english, type Say } from './say.ts';

/** A problem as the two halves of a sentence. The command line joins them with a colon, the editor with a full stop. */
export interface ProblemText {
  readonly what: string;
  readonly next: string;
}

/** What is wrong and what to do about it, for every kind of problem. */
export function problemText(problem: Problem, say: Say = english): ProblemText {
  switch (problem.kind) {
    case 'not-a-tree':
      return {
        what: say('{0} is not a Linux tree (missing: {1})', problem.folder, problem.missing.join(', ')),
        next: say('open or name the folder that holds Makefile, Kbuild, include/linux and net'),
      };
    case 'no-such-file':
      return { what: say('{0} is not in this tree', problem.file), next: say('give a path relative to the tree') };
    case 'not-c':
      return { what: say('{0} is not a C file', problem.file), next: say('name a .c or .h file') };
    case 'file-too-big':
      return {
        what: say(
          '{0} holds {1}, over the limit of {2}',
          problem.file,
          megabytes(problem.size),
          megabytes(problem.limit),
        ),
        next: say('a generated table of that size holds no packet paths: look at the .c file that includes it'),
      };
    case 'no-function-at':
      return problem.line > problem.lineCount
        ? {
            what: say('{0} has {1} lines, not {2}', problem.file, problem.lineCount, problem.line),
            next: say('name a line inside the file'),
          }
        : {
            what: say('{0}:{1} is outside every function', problem.file, problem.line),
            next: say('name a line inside a function body'),
          };
    case 'no-site-at':
      return {
        what: say('no packet is dropped or reset at {0}:{1}', problem.file, problem.line),
        next:
          problem.nearest === undefined
            ? say('list the sites with: kernlens sites {0}', problem.file)
            : say('the nearest site is at line {0}', problem.nearest),
      };
    case 'nothing-at':
      return {
        what: say('there is no statement at {0}:{1} that a note could follow', problem.file, problem.line),
        next: say('choose a line with code in it'),
      };
    case 'no-such-function':
      return {
        what: say('no function {0} with a body was found', problem.name),
        next: say('check the name in this tree; it may be a macro or have another name here'),
      };
    case 'unknown-incident':
      return {
        what: say('no incident is called {0}', problem.id),
        next: say('known are {0}', problem.known.join(', ')),
      };
    case 'function-unparsed':
      return {
        what: say('{0} at {1}:{2} could not be read whole', problem.function, problem.file, problem.line),
        next: say('what is said of it may be incomplete: check it by eye'),
      };
    case 'tree-part-missing':
      return {
        what: say('this tree has no {0} ({1})', problem.what, problem.file),
        next: say('names that come from it are left out; check that the tree is complete'),
      };
    case 'parser-unusable':
      return { what: say('the C parser does not start: {0}', problem.detail), next: say('reinstall KernLens') };
    case 'parser-restarted':
      return {
        what:
          problem.file === undefined
            ? say('the C parser stopped and was started anew: {0}', problem.detail)
            : say('{0} stopped the C parser, which was started anew: {1}', problem.file, problem.detail),
        next: say('other files are not affected; please report the file'),
      };
    case 'trace-empty':
      return { what: say('there is no text to decode'), next: say('copy a kernel stack trace first') };
    case 'trace-without-frames':
      return {
        what: say('no stack frame was found in {0} lines', problem.lines),
        next: say('a frame looks like tcp_v4_rcv+0x99b/0xee0, or tcp_v4_rcv+2459 from bpftrace'),
      };
    case 'trace-foreign':
      return {
        what: say('line {0} is not from a Linux kernel ({1})', problem.line, problem.what),
        next: say('it was left out'),
      };
    case 'frame-inconsistent':
      return {
        what: say(
          'line {0} says {1}, but the stack {2} (line {3})',
          problem.line,
          problem.symbol,
          problem.like,
          problem.likeLine,
        ),
        next: say('check which of them was meant'),
      };
    case 'no-vmlinux':
      return {
        what: say('no vmlinux with debug info was found'),
        next: say(
          'frames point at function definitions; set kernlens.vmlinux, or --vmlinux, to the one of the crashed kernel',
        ),
      };
    case 'vmlinux-unreadable':
      return {
        what: say('{0} can not be read: {1}', problem.file, problem.detail),
        next: say('name an ELF vmlinux or module file'),
      };
    case 'vmlinux-without-debug-info':
      return {
        what: say('{0} has no debug info', problem.file),
        next: say(
          'frames point at function definitions; install the debug package of that kernel (Debian: linux-image-$(uname -r)-dbg)',
        ),
      };
    case 'debug-info-unreadable':
      return {
        what: say('the debug info of {0} can not be read: {1}', problem.file, problem.detail),
        next: say('choose another engine with --engine faddr2line, or build without splitting debug info'),
      };
    case 'debuginfod-not-allowed':
      return {
        what: say('a debuginfod server may have the debug info of {0} ({1})', problem.image, problem.buildId),
        next: say('allow asking it with --debuginfod'),
      };
    case 'build-mismatch':
      return {
        what: problem.why,
        next: say('no line is shown from {0}; name the vmlinux of the kernel that printed the trace', problem.file),
      };
    case 'module-file-missing':
      return {
        what: say('no file with debug info was found for module {0}', problem.module),
        next: say('set kernlens.modules, or --modules, to the folder of the debug modules'),
      };
    case 'tool-missing':
      return {
        what: say('{0} is not installed, and {1} needs it', problem.tool, problem.needed),
        next: say('install it (Debian: apt install {0}) or put it on PATH', packageOf(problem.tool)),
      };
    case 'tool-failed':
      return { what: say('{0} failed: {1}', problem.tool, problem.detail), next: say('run it by hand to see more') };
    case 'probe-target-unknown':
      return {
        what: say('{0} can not be probed', problem.target),
        next: say('name FILE:LINE, a FUNCTION, incident:ID or drop-reason:NAME'),
      };
    case 'probe-impossible':
      return { what: say('no probe reaches {0}: {1}', problem.target, problem.detail), next: say('probe its caller') };
    case 'query-key-unknown':
      return {
        what: say('sites have no {0}', problem.key),
        next: say('look for {0}, or for a word without a colon', problem.known.map((key) => `${key}:`).join(' ')),
      };
    case 'query-kind-unknown':
      return {
        what: say('no kind of site is called {0}', problem.value),
        next: say('kinds are {0}', problem.known.join(', ')),
      };
    case 'query-value-missing':
      return {
        what: say('nothing stands behind {0}:', problem.key),
        next: say('write what to look for right behind the colon'),
      };
    case 'pack-fault':
      return {
        what: say('{0}:{1}:{2}: {3}', problem.file, problem.line, problem.column, problem.detail),
        next: say('correct the pack'),
      };
    default:
      return unreachable(problem);
  }
}

const packages: Readonly<Record<string, string>> = {
  addr2line: 'binutils',
  readelf: 'binutils',
  stap: 'systemtap',
  awk: 'gawk',
};
const packageOf = (tool: string): string => packages[tool] ?? tool;

const megabytes = (size: number): string => `${(size / 1_000_000).toFixed(1)} MB`;

function unreachable(problem: never): ProblemText {
  return { what: String(problem), next: '' };
}
