import { english, type Say } from '../report/say.ts';
import type { PackFault } from './pack-fault.ts';

/** A fault as one sentence without its place: `unknown key functons; did you mean functions?` */
export function faultText(fault: PackFault, say: Say = english): string {
  switch (fault.kind) {
    case 'yaml':
      return say('not YAML: {0}', fault.detail);
    case 'not-used':
      return fault.what === 'alias'
        ? say('packs have no YAML aliases; write it out, and put C that starts with * in quotes')
        : say('a key has to be text');
    case 'wrong-type':
      return say('{0} is wanted here, not {1}', fault.expected, fault.found);
    case 'wrong-form':
      return say('{0} does not have the form of a {1}', fault.found, fault.form);
    case 'empty':
      return say('the {0} is empty', fault.what);
    case 'unknown-key':
      return hint(say('unknown key {0}', fault.key), fault, say);
    case 'missing-key':
      return say('the key {0} is missing', fault.key);
    case 'missing-choice':
      return say('one of these keys is needed: {0}', fault.known.join(', '));
    case 'two-choices':
      return say('only one of these keys may be given: {0}', fault.keys.join(', '));
    case 'unknown-word':
      return hint(say('{0} is not a word known here', fault.word), fault, say);
    case 'unknown-anchor':
      return hint(say('this incident has no anchor {0}', fault.id), fault, say);
    case 'duplicate-id':
      return say('the id {0} is taken already, in line {1}', fault.id, fault.firstLine);
    case 'last-rule-has-when':
      return say('the last status rule has to hold otherwise: leave its `when` out, or add a rule without one');
    case 'rule-hides-others':
      return say('only the last status rule may be without `when`: this one hides those after it');
  }
}

function hint(
  what: string,
  { meant, known }: { readonly meant?: string; readonly known: readonly string[] },
  say: Say,
): string {
  return meant === undefined
    ? say('{0}; known are {1}', what, known.join(', '))
    : say('{0}; did you mean {1}?', what, meant);
}
