import { type Say, english } from '../report/say.ts';
import { noteRole, noteText } from './notes.ts';
import type { ProbePlan } from './plan-model.ts';

/**
 * Text as it may stand between the quotes of a printf format, in bpftrace and SystemTap alike: no quote ends it, no
 * per cent sign converts (bpftrace 0.17 counts `%%d` as a conversion: the full-width sign stands in), no `$1` or `@1` is taken for a script's argument.
 */
export function quotedText(text: string): string {
  return oneLine(text).replace(/["\\%$@]/g, (sign) => escapes.get(sign) ?? sign);
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['%', '％'],
  ['$', '\\044'],
  ['@', '\\100'],
]);

/** Without line ends and other control characters. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim();
}

/**
 * A name for a map or a file out of words: `RST without socket` gives `rst_without_socket`. Words without a Latin
 * letter in front give `otherwise`.
 */
export function slug(text: string, separator: '_' | '-', otherwise: string): string {
  let name = '';
  for (const word of text.toLowerCase().match(/[a-z0-9]+/g) ?? []) {
    if (name !== '' && name.length + word.length >= 40) break;
    name = name === '' ? word.slice(0, 40) : `${name}${separator}${word}`;
  }
  return /^[a-z]/.test(name) ? name : otherwise;
}

/** A script's file name without its ending: from its title, else from what is probed. */
export function scriptName(plan: ProbePlan): string {
  const [first] = plan.attachments;
  const probed = first === undefined ? '' : first.form === 'tracepoint' ? first.name : first.function;
  return slug(plan.title, '-', slug(probed, '-', 'probe'));
}

/** The comment at the head of a script: what it catches, how to run it, what means yes, what it cannot see. */
export function headerComment(plan: ProbePlan, command: string, say: Say = english): readonly string[] {
  const notes = (role: ReturnType<typeof noteRole>): readonly string[] =>
    plan.notes.filter((note) => noteRole(note) === role).map((note) => noteText(note, say));
  const sections: readonly (readonly [string, readonly string[]])[] = [
    [say('Run'), [command, say('Ctrl-C ends it and prints the counts.')]],
    [say('Means yes'), plan.meansYes === undefined ? [] : [plan.meansYes]],
    [say('Attached'), [...notes('form'), say('Positions and names were read from the source of {0}.', plan.release)]],
    [say('Needs'), notes('needs')],
    [say('Cannot see'), notes('blind')],
  ];
  const told = sections.filter(([, sentences]) => sentences.length > 0);
  return [
    ...comment(plan.title),
    '//',
    ...told.flatMap(([heading, sentences]) => [
      ...comment(`${heading}:`),
      ...sentences.flatMap((sentence) => comment(sentence, '  ')),
    ]),
  ];
}

const lineWidth = 110;

/** A call with its values on lines of their own where they are many: `printf("...", a, b)` and the bracket. */
export function callLines(start: string, values: readonly string[], end: string, indent: string): readonly string[] {
  const short = `${indent}${start} ${values.join(', ')}${end}`;
  if (short.length <= lineWidth) return [short];
  const lines = [`${indent}${start}`];
  let line = '';
  for (const [index, value] of values.entries()) {
    const text = index === values.length - 1 ? `${value}${end}` : `${value},`;
    if (line !== '' && line.length + text.length > lineWidth - indent.length) {
      lines.push(`${indent}  ${line}`);
      line = '';
    }
    line = line === '' ? text : `${line} ${text}`;
  }
  return [...lines, `${indent}  ${line}`];
}

function comment(text: string, indent = ''): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of oneLine(text).split(' ')) {
    if (line !== '' && line.length + word.length + 1 > lineWidth - indent.length) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each, index) => `// ${indent}${index > 0 && indent !== '' ? '  ' : ''}${each}`);
}
