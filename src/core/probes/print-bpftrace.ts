import type { ProbeScript } from '../engine.ts';
import { type Say, english } from '../report/say.ts';
import { bpftraceBody, entryValues } from './bpftrace-body.ts';
import { bpftraceCondition } from './bpftrace-values.ts';
import type { Attachment, FunctionAttachment, ProbePlan } from './plan-model.ts';
import { headerComment, quotedText, scriptName } from './script-text.ts';

/**
 * A plan as a bpftrace script. It keeps to what 0.17 to 0.27 have in common: `args->`, `kprobe:FUNCTION` without a
 * module, no fentry, variables set before the block that changes them.
 */
export function printBpftrace(plan: ProbePlan, say: Say = english): ProbeScript {
  const fileName = `${scriptName(plan)}.bt`;
  const kept = plan.attachments.flatMap((attachment, index) =>
    entryValues(attachment).map((value) => entryMap(index, value.name)),
  );
  const lines = [
    ...headerComment(plan, `sudo bpftrace ${fileName}`, say),
    '',
    ...(plan.types === 'headers' ? [...headers.map((header) => `#include <${header}>`), ''] : []),
    'BEGIN',
    '{',
    `  printf("${quotedText(plan.title)}\\n${quotedText(say('Watching. Ctrl-C ends.'))}\\n");`,
    '}',
    ...plan.attachments.flatMap((attachment, index) => ['', ...probe(attachment, index)]),
    ...(kept.length === 0 ? [] : ['', 'END', '{', ...kept.map((map) => `  clear(${map});`), '}']),
    '',
  ];
  return {
    title: plan.title,
    fileName,
    language: 'bpftrace',
    text: lines.join('\n'),
    run: ['sudo', 'bpftrace', '{file}'],
  };
}

/** Where the structs that are read are defined, for kernels without type information. */
const headers = ['linux/skbuff.h', 'linux/ip.h', 'linux/ipv6.h', 'linux/tcp.h', 'net/sock.h', 'net/dst.h'];

const entryMap = (index: number, name: string): string => `@entry${index + 1}_${name}`;

function probe(attachment: Attachment, index: number): readonly string[] {
  if (attachment.form === 'return') return returnProbe(attachment, index);
  return guarded(pointsOf(attachment), attachment);
}

/** One to a line where there are several. */
function pointsOf(attachment: Attachment): string {
  if (attachment.form === 'tracepoint') return `tracepoint:${attachment.group}:${attachment.name}`;
  if (attachment.form !== 'instruction') return `kprobe:${attachment.function}`;
  return attachment.points.map(({ symbol, offset }) => `kprobe:${symbol}+${offset}`).join(',\n');
}

/** A probe whose filter decides before anything is read. */
function guarded(point: string, attachment: Attachment): readonly string[] {
  const filter = attachment.conditions.map((condition) => bpftraceCondition(condition, attachment.form)).join(' && ');
  return [
    ...constantsRead(attachment),
    point,
    ...(filter === '' ? [] : [`/${filter}/`]),
    '{',
    ...bpftraceBody(attachment),
    '}',
  ];
}

/** A return has no parameters any more: those that are needed are kept from the entry, per CPU and thread. */
function returnProbe(attachment: FunctionAttachment, index: number): readonly string[] {
  const values = entryValues(attachment);
  const point = `kretprobe:${attachment.function}`;
  if (values.length === 0) return guarded(point, attachment);
  const filter = attachment.conditions.map((condition) => bpftraceCondition(condition, 'return')).join(' && ');
  const body = bpftraceBody(attachment);
  return [
    `kprobe:${attachment.function}`,
    '{',
    ...values.map(({ name, source }) => {
      const register = source.kind === 'argument' ? `arg${source.position}` : '0';
      return `  ${entryMap(index, name)}[cpu, tid] = ${register};`;
    }),
    '}',
    '',
    ...constantsRead(attachment),
    point,
    '{',
    ...values.map(({ name }) => `  $entry_${name} = ${entryMap(index, name)}[cpu, tid];`),
    ...(filter === '' ? body : [`  if (${filter}) {`, ...body.map((line) => `  ${line}`), '  }']),
    ...values.map(({ name }) => `  delete(${entryMap(index, name)}[cpu, tid]);`),
    '}',
  ];
}

/** Says beside the probe which name a bare number stands for. */
function constantsRead(attachment: Attachment): readonly string[] {
  return attachment.conditions.flatMap(({ test }) => {
    if (!('constant' in test) || test.constant.byName || /^\d/.test(test.constant.text)) return [];
    const { text, value = 0, negative } = test.constant;
    return [`// ${negative ? `${-value} is -${text}` : `${value} is ${text}`}`];
  });
}
