import { type Say, english } from '../report/say.ts';
import type { Obstacle } from './obstacles.ts';

/** What whoever runs a probe must know of it: the form chosen and why, and what it cannot see. */
export type ProbeNote =
  | {
      readonly kind: 'function-chosen';
      readonly function: string;
      readonly place: string;
      readonly missing: readonly string[];
    }
  | {
      readonly kind: 'tracepoint-chosen';
      readonly tracepoint: string;
      readonly function: string;
      readonly place: string;
    }
  /** The function raises the tracepoint, but not always: `guard` is what decides. */
  | { readonly kind: 'tracepoint-guarded'; readonly tracepoint: string; readonly place: string; readonly guard: string }
  | { readonly kind: 'event-left-out'; readonly says: string; readonly functions: readonly string[] }
  | { readonly kind: 'entered-not-done'; readonly functions: readonly string[] }
  | { readonly kind: 'may-be-inlined'; readonly functions: readonly string[]; readonly inline: boolean }
  | { readonly kind: 'this-kernel-only' }
  | { readonly kind: 'needs-kprobes' }
  | { readonly kind: 'needs-btf' }
  | { readonly kind: 'module-first'; readonly module: string; readonly function: string }
  | { readonly kind: 'module-unknown'; readonly function: string; readonly file: string; readonly module?: string }
  | { readonly kind: 'caller-in-stack'; readonly function: string; readonly caller: string }
  | { readonly kind: 'constant-read'; readonly name: string; readonly value: number; readonly place: string }
  | { readonly kind: 'arguments-left-out'; readonly function: string; readonly names: readonly string[] }
  | { readonly kind: 'no-such-value'; readonly what: 'packet' | 'socket' | 'netns'; readonly where: string }
  | { readonly kind: 'line-in-function'; readonly function: string; readonly place: string }
  | { readonly kind: 'line-by-callee'; readonly function: string; readonly place: string; readonly callee: string }
  | {
      readonly kind: 'line-exact';
      readonly place: string;
      readonly image: string;
      readonly points: readonly string[];
    }
  | {
      readonly kind: 'line-moved';
      readonly place: string;
      readonly to: number;
      readonly why: 'label' | 'statement' | 'next' | 'before';
    }
  | {
      readonly kind: 'line-inlined';
      readonly function: string;
      readonly into: readonly string[];
      readonly copies: number;
    }
  | { readonly kind: 'line-in-pieces'; readonly place: string; readonly pieces: number; readonly copies: number }
  | { readonly kind: 'line-values-lost'; readonly place: string; readonly names: readonly string[] }
  | { readonly kind: 'line-obstacle'; readonly place: string; readonly at: string; readonly obstacle: Obstacle }
  | { readonly kind: 'line-without-code'; readonly place: string; readonly function: string; readonly image: string }
  | { readonly kind: 'line-of-other-source'; readonly function: string; readonly image: string }
  | { readonly kind: 'line-of-other-release'; readonly image: string; readonly release: string }
  | { readonly kind: 'line-this-build' }
  | { readonly kind: 'return-keeps-entry'; readonly function: string }
  | { readonly kind: 'function-unclean'; readonly function: string; readonly place: string };

/** Under which heading a note stands. */
export function noteRole(note: ProbeNote): 'form' | 'blind' | 'needs' {
  switch (note.kind) {
    case 'function-chosen':
    case 'tracepoint-chosen':
    case 'tracepoint-guarded':
    case 'constant-read':
    case 'line-in-function':
    case 'line-by-callee':
    case 'line-exact':
    case 'line-moved':
    case 'line-inlined':
      return 'form';
    case 'needs-kprobes':
    case 'needs-btf':
    case 'module-first':
    case 'module-unknown':
    case 'line-this-build':
      return 'needs';
    default:
      return 'blind';
  }
}

/** The note as one sentence. */
export function noteText(note: ProbeNote, say: Say = english): string {
  switch (note.kind) {
    case 'function-chosen':
      return note.missing.length === 0
        ? say('{0} is read from {1}.', note.function, note.place)
        : say(
            '{0} ({1}) stands in for {2}, which this tree does not define.',
            note.function,
            note.place,
            note.missing.join(', '),
          );
    case 'tracepoint-chosen':
      return say(
        'Tracepoint {0} is used: {1} raises it for every packet it acts on ({2}). Other functions may raise it too.',
        note.tracepoint,
        note.function,
        note.place,
      );
    case 'tracepoint-guarded':
      return say(
        'Tracepoint {0} is not used: at {1} it is raised only if {2}.',
        note.tracepoint,
        note.place,
        note.guard,
      );
    case 'event-left-out':
      return say('"{0}" is left out: this tree defines none of {1}.', note.says, note.functions.join(', '));
    case 'entered-not-done':
      return say(
        'A hit says that {0} was entered; it may still return without doing anything.',
        note.functions.join(', '),
      );
    case 'may-be-inlined':
      return note.inline
        ? say(
            '{0} is inline: most builds have no such symbol, and calls that were inlined are not seen.',
            note.functions.join(', '),
          )
        : say(
            '{0} is static: calls that the compiler inlined are not seen, and without a symbol the probe does not attach: probe a caller then. Check: grep -wE "{1}" /proc/kallsyms',
            note.functions.join(', '),
            note.functions.join('|'),
          );
    case 'this-kernel-only':
      return say(
        'Only this kernel is watched: what a network card, another host or other code sends or drops is not seen.',
      );
    case 'needs-kprobes':
      return say('A kernel with CONFIG_KPROBES.');
    case 'needs-btf':
      return say('A kernel with type information: /sys/kernel/btf/vmlinux (CONFIG_DEBUG_INFO_BTF).');
    case 'module-first':
      return say(
        '{0} is in module {1}, which must be loaded before the probe starts: modprobe {1}',
        note.function,
        note.module,
      );
    case 'module-unknown':
      return note.module === undefined
        ? say(
            'Whether {0} ({1}) is built in or a module is not known; a module must be loaded first.',
            note.function,
            note.file,
          )
        : say(
            '{0} is built in or in module {1}; the module must be loaded before the probe starts: modprobe {1}',
            note.function,
            note.module,
          );
    case 'caller-in-stack':
      return say('{0} has other callers too: those from {1} count, see the stack.', note.function, note.caller);
    case 'constant-read':
      return say('{0} is {1}, read from {2}.', note.name, note.value, note.place);
    case 'arguments-left-out':
      return say(
        'Not shown, because no register is known to hold them: {0} of {1}.',
        note.names.join(', '),
        note.function,
      );
    case 'no-such-value':
      return note.what === 'packet'
        ? say('{0} is given no packet: none is shown.', note.where)
        : note.what === 'socket'
          ? say('{0} is given no socket: none is shown.', note.where)
          : say('{0} is given nothing that tells the network namespace.', note.where);
    case 'line-in-function':
      return say(
        '{0} is inside {1}: the whole function is caught, the line itself needs debug info.',
        note.place,
        note.function,
      );
    case 'line-by-callee':
      return say('{0} is caught by the call it makes: {1}, called from {2}.', note.place, note.callee, note.function);
    case 'line-exact':
      return say(
        'The code of {0} is caught where it begins: {1}, read from {2}.',
        note.place,
        note.points.join(', '),
        note.image,
      );
    case 'line-moved':
      return movedText(note, say);
    case 'line-inlined':
      return say(
        '{0} was inlined into {1}: copies with code of the line, all of them caught: {2}.',
        note.function,
        note.into.join(', '),
        note.copies,
      );
    case 'line-in-pieces':
      return say(
        'Running {0} once may give more than one hit: its code lies in {1} pieces (copies of the function: {2}).',
        note.place,
        note.pieces,
        note.copies,
      );
    case 'line-values-lost':
      return say(
        'Not shown, because no register is known to hold them at {0}: {1}.',
        note.place,
        note.names.join(', '),
      );
    case 'line-obstacle':
      return obstacleText(note, say);
    case 'line-without-code':
      return say('No line of {0} has code in {1}: {2} is not caught itself.', note.function, note.image, note.place);
    case 'line-of-other-source':
      return say(
        '{0} was built from other source than this tree: its lines of {1} are not used.',
        note.image,
        note.function,
      );
    case 'line-of-other-release':
      return say(
        '{0} does not say that it is of {1}: where its source differs from this tree, another line is caught.',
        note.image,
        note.release,
      );
    case 'line-this-build':
      return say('The very kernel that the debug info is of: offsets are those of one build.');
    case 'return-keeps-entry':
      return say(
        'Parameters of {0} are kept from its entry; a call already running when the probe starts shows none.',
        note.function,
      );
    case 'function-unclean':
      return say('{0} ({1}) could not be read whole: check its parameters by eye.', note.function, note.place);
    default:
      return unreachable(note);
  }
}

function movedText(note: Extract<ProbeNote, { readonly kind: 'line-moved' }>, say: Say): string {
  switch (note.why) {
    case 'label':
      return say(
        '{0} is a label and has no code: line {1}, the first behind it that has, is caught.',
        note.place,
        note.to,
      );
    case 'statement':
      return say('{0} has no code of its own: line {1} of the same statement is caught.', note.place, note.to);
    case 'next':
      return say('{0} has no code: line {1}, the next of the function that has, is caught.', note.place, note.to);
    case 'before':
      return say('{0} has no code: line {1}, the last before it that has, is caught.', note.place, note.to);
  }
}

function obstacleText(note: Extract<ProbeNote, { readonly kind: 'line-obstacle' }>, say: Say): string {
  switch (note.obstacle) {
    case 'no-symbol':
      return say('{0} at {1} is not caught: no symbol names that code.', note.place, note.at);
    case 'blacklisted':
      return say('{0} at {1} is not caught: the kernel allows no probe there.', note.place, note.at);
    case 'gone':
      return say(
        '{0} at {1} is not caught: that code is thrown away once the kernel has started.',
        note.place,
        note.at,
      );
    case 'ambiguous':
      return say('{0} at {1} is not caught: several functions have that name.', note.place, note.at);
  }
}

/** Each note once; those that say the same of several functions become one. */
export function mergeNotes(notes: readonly ProbeNote[]): readonly ProbeNote[] {
  const merged = new Map<string, ProbeNote>();
  for (const note of notes) {
    const key = 'functions' in note ? JSON.stringify({ ...note, functions: [] }) : JSON.stringify(note);
    const known = merged.get(key);
    const both = known !== undefined && 'functions' in known && 'functions' in note;
    merged.set(key, both ? { ...known, functions: [...new Set([...known.functions, ...note.functions])] } : note);
  }
  return [...merged.values()];
}

function unreachable(note: never): string {
  return String(note);
}
