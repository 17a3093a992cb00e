import { english, type Say } from '../report/say.ts';
import type { PackFault } from './pack-fault.ts';
import type { FileFault } from './read-packs.ts';
import type { TextForm } from './schema.ts';

/** A fault as one sentence without its place: `unknown key functons; did you mean functions?` */
export function faultText(fault: PackFault, say: Say = english): string {
  switch (fault.kind) {
    case 'yaml':
      return say('not YAML: {0}', fault.detail);
    case 'not-used':
      return notUsedText(fault.what, say);
    case 'duplicate-key':
      return say('the key {0} is given twice', fault.key);
    case 'too-big':
      return say('the file has {0} characters; at most {1} are read', fault.size, fault.limit);
    case 'too-deep':
      return say('more than {0} things inside each other', fault.limit);
    case 'too-long':
      return say('the text has {0} characters; at most {1} are allowed', fault.length, fault.limit);
    case 'too-many':
      return say('the list has {0} entries; at most {1} are allowed', fault.count, fault.limit);
    case 'bad-character':
      return fault.code === 'U+FFFD'
        ? say('bytes that are not UTF-8; save the file as UTF-8')
        : say('the invisible character {0}; take it out', fault.code);
    case 'markup':
      return say('{0} reads like a link or a command; links belong under `links`', fault.found);
    case 'broad-glob':
      return say(
        '{0} covers too much: start with a folder of the tree, and use at most {1} wildcards',
        fault.glob,
        fault.limit,
      );
    case 'wrong-type':
      return say('{0} is wanted here, not {1}', fault.expected, fault.found);
    case 'wrong-form':
      return say('{0} is not {1}', fault.found, formText(fault.form, say));
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
    case 'id-of-other-pack':
      return say('the id {0} is taken already, in {1}', fault.id, fault.pack);
    case 'unknown-related':
      return fault.meant === undefined
        ? say('no incident is called {0}', fault.id)
        : say('no incident is called {0}; did you mean {1}?', fault.id, fault.meant);
    case 'missing-language':
      return say('the words are not there in {0}', fault.language);
    case 'rule-never-holds':
      return fault.hiddenBy === undefined
        ? say('this rule can never hold: it wants an anchor both found and not found')
        : say('this rule never comes to be asked: the one in line {0} holds whenever it would', fault.hiddenBy);
    case 'last-rule-has-when':
      return say('the last status rule has to hold otherwise: leave its `when` out, or add a rule without one');
    case 'rule-hides-others':
      return say('only the last status rule may be without `when`: this one hides those after it');
  }
}

/** `packs/ours.yaml:12:5: unknown key functons; did you mean functions?` */
export function faultLine({ file, fault }: FileFault, say: Say = english): string {
  return `${file}:${fault.line}:${fault.column}: ${faultText(fault, say)}`;
}

function formText(form: TextForm, say: Say): string {
  switch (form) {
    case 'id':
      return say('an id: lower case, digits and hyphens, as in queue-full');
    case 'name':
      return say('a name in C');
    case 'glob':
      return say('a path inside the tree: net/ipv4/tcp_input.c, net/sched/sch_*.c');
    case 'path':
      return say('a C file of the tree: net/ipv4/tcp_input.c');
    case 'fragment':
      return say('a piece of C');
    case 'operand':
      return say('a parameter, a field behind one or a constant: sk->sk_state, -NF_ACCEPT');
    case 'procname':
      return say('a name of a sysctl with dots: tcp_tw_recycle, ipv6.bindv6only');
    case 'mib':
      return say('an enumerator: LINUX_MIB_LISTENDROPS, SKB_DROP_REASON_NO_SOCKET');
    case 'commit':
      return say('a commit: 12 to 40 hexadecimal digits, in quotes where all are digits');
    case 'cve':
      return say('a CVE: CVE-2025-37961');
    case 'url':
      return say('an address that starts with https:// or http://');
    case 'tracepoint':
      return say('a tracepoint: skb:kfree_skb');
  }
}

function notUsedText(what: Extract<PackFault, { kind: 'not-used' }>['what'], say: Say): string {
  switch (what) {
    case 'alias':
      return say('YAML aliases are not used here; write it out, and put C that starts with * in quotes');
    case 'key':
      return say('a key has to be text');
    case 'tag':
      return say('YAML tags are not used here; put C that starts with ! in quotes');
    case 'document':
      return say('only one document is read: nothing below this line is');
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
