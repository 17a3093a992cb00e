import type { ProbeScript } from '../engine.ts';
import { type Say, english } from '../report/say.ts';
import type { Attachment, FunctionAttachment, InstructionAttachment, ProbePlan } from './plan-model.ts';
import { headerComment, quotedText, scriptName } from './script-text.ts';
import { stapBody, stapConditions } from './stap-body.ts';
import { stapFunctions } from './stap-functions.ts';

/** A plan as a SystemTap script for 4.8 and later. It needs the debug info of the running kernel, not BTF. */
export function printStap(plan: ProbePlan, say: Say = english): ProbeScript {
  const fileName = `${scriptName(plan)}.stp`;
  const debugInfo = ['kernel', ...modules(plan)].flatMap((module) => ['-d', module]);
  const lines = [
    ...headerComment(plan, ['sudo stap', ...debugInfo, fileName].join(' '), say),
    '',
    'global hits',
    '',
    'probe begin {',
    `  printf("${quotedText(plan.title)}\\n${quotedText(say('Watching. Ctrl-C ends.'))}\\n")`,
    '}',
    ...plan.attachments.flatMap((attachment) => ['', ...probe(attachment)]),
    '',
    'probe end {',
    '  foreach ([what, from] in hits-)',
    '    printf("%d %s %s\\n", @count(hits[what, from]), what, from)',
    '}',
    ...stapFunctions(plan.attachments).flatMap((body) => ['', ...body]),
    '',
  ];
  return {
    title: plan.title,
    fileName,
    language: 'systemtap',
    text: lines.join('\n'),
    run: ['sudo', 'stap', ...debugInfo, '{file}'],
  };
}

/** Modules whose frames a backtrace will name. */
function modules(plan: ProbePlan): readonly string[] {
  const named = plan.attachments.flatMap((attachment) =>
    attachment.form !== 'tracepoint' && attachment.build.kind === 'module' ? [attachment.build.module] : [],
  );
  return [...new Set(named)].sort();
}

function probe(attachment: Attachment): readonly string[] {
  const skip = stapConditions(attachment);
  return [
    `probe ${points(attachment)} {`,
    ...(skip === undefined ? [] : [`  if (!(${skip})) next`]),
    ...stapBody(attachment),
    '}',
  ];
}

function points(attachment: Attachment): string {
  if (attachment.form === 'tracepoint') return `kernel.trace("${attachment.group}:${attachment.name}")`;
  if (attachment.form === 'instruction') return statementPoint(attachment);
  const where = place(attachment);
  const suffix = suffixOf(attachment);
  switch (attachment.build.kind) {
    case 'built-in':
      return `kernel.function("${where}")${suffix}`;
    case 'module':
      return `module("${attachment.build.module}").function("${where}")${suffix}`;
    case 'unknown':
      // `!` ends the search when the kernel itself has the function.
      return `kernel.function("${where}")${suffix}!, module("${attachment.build.module ?? '*'}").function("${where}")${suffix}`;
  }
}

/** SystemTap finds the line itself, in all copies: the offsets are those of bpftrace and ftrace. */
function statementPoint({ function: name, file, line, build }: InstructionAttachment): string {
  const statement = `statement("${place({ function: name, file })}:${line}")`;
  if (build.kind === 'built-in') return `kernel.${statement}`;
  if (build.module === undefined) return `kernel.${statement}`;
  const inModule = `module("${build.module}").${statement}`;
  return build.kind === 'module' ? inModule : `kernel.${statement}!, ${inModule}`;
}

/** The file tells apart functions of one name; one that could not stand in a quoted pattern is left out. */
function place({ function: name, file }: Pick<FunctionAttachment, 'function' | 'file'>): string {
  return /^[\w./+-]+$/.test(file) ? `${name}@${file}` : name;
}

/** Without a suffix the inlined copies of a static function are caught too. */
function suffixOf({ form, isStatic }: FunctionAttachment): string {
  return form === 'return' ? '.return' : isStatic ? '' : '.call';
}
