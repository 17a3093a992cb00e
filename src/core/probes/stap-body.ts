import { comparison } from './comparison.ts';
import type { Attachment, Condition, ProbeValue } from './plan-model.ts';
import { callLines, quotedText } from './script-text.ts';

/** All conditions as one expression, or undefined where there is none. */
export function stapConditions(attachment: Attachment): string | undefined {
  const all = attachment.conditions.flatMap((condition) => stapCondition(condition, attachment));
  return all.length === 0 ? undefined : [...new Set(all)].join(' && ');
}

/** A field is only read through a pointer that is set: reading through NULL would end the whole script. */
function stapCondition({ subject, test }: Condition, attachment: Attachment): readonly string[] {
  if (subject.kind === 'result') return [comparison('$return', test, named)];
  const pointer = stapValue(subject.value, attachment);
  if (subject.path === undefined) return [comparison(pointer, test, named)];
  return [`${pointer} != 0`, comparison(stapValue(subject.value, attachment, subject.path), test, named)];
}

const named = (text: string): string => `$${text}`;

/** `$sk`, `@entry($skb)` in a return, `$sk->__sk_common->skc_state`. */
export function stapValue(
  value: ProbeValue,
  attachment: Attachment,
  path: readonly { readonly name: string }[] = [],
): string {
  const read = [variable(value), ...path.map((each) => each.name)].join('->');
  return attachment.form === 'return' ? `@entry(${read})` : read;
}

/** `$sk`; of a tracepoint the parameter that the field is a copy of. */
function variable({ name, source }: ProbeValue): string {
  return `$${source.kind === 'field' ? (source.parameter ?? source.field) : name}`;
}

/** The statements that print and count one hit. */
export function stapBody(attachment: Attachment): readonly string[] {
  const { shown, says } = attachment;
  const formats: string[] = [`%s ${quotedText(says)}`];
  const values: string[] = ['tz_ctime(gettimeofday_s())'];
  const add = (format: string, value: string): void => {
    formats.push(format);
    values.push(value);
  };
  const { packet, socket, netns, result } = shown;
  if (packet !== undefined) add(' %s', known(`packet(${stapValue(packet, attachment)})`, packet, attachment));
  if (socket !== undefined) add(' %s', known(`socket(${stapValue(socket, attachment)})`, socket, attachment));
  if (netns !== undefined) add(' netns %s', `${netnsFunction(netns)}(${stapValue(netns, attachment)})`);
  for (const value of shown.arguments) add(` ${value.name}=%s`, argument(value, attachment));
  if (result !== undefined)
    add(' = %s', `(@defined($return) ? sprintf("${result.kind === 'pointer' ? '0x%x' : '%d'}", $return) : "?")`);
  const fromCaller = 'caller' in attachment && attachment.caller !== undefined;
  return [
    ...callLines(`printf("${formats.join('')}\\n",`, values, ')', '  '),
    ...(shown.stack ? ['  print_backtrace()'] : []),
    `  hits["${quotedText(says)}", ${fromCaller ? 'symname(stack(1))' : '""'}] <<< 1`,
  ];
}

/** Between its entry and its end a function may have nothing that still holds a parameter. */
function known(read: string, value: ProbeValue, { form }: Attachment): string {
  return form === 'instruction'
    ? `(@defined(${variable(value)}) ? ${read} : "(${value.name} is not known here)")`
    : read;
}

/** Which of the script's functions tells the network namespace of this value. */
export function netnsFunction({ type }: ProbeValue): 'netns_of_packet' | 'netns_of_socket' | 'netns_number' {
  const to = type.kind === 'pointer' ? type.to : undefined;
  return to === 'sk_buff' ? 'netns_of_packet' : to === 'sock' ? 'netns_of_socket' : 'netns_number';
}

/** The compiler may have optimised a parameter away: then it is not known, rather than 0. */
function argument(value: ProbeValue, attachment: Attachment): string {
  return `(@defined(${variable(value)}) ? ${formatted(value, stapValue(value, attachment))} : "?")`;
}

function formatted({ name, type }: ProbeValue, read: string): string {
  if (type.kind !== 'integer') return `sprintf("0x%x", ${read})`;
  // 2 is AF_INET; its name is only to be had in guru mode.
  if (type.network && type.bits === 32 && name.includes('addr')) return `format_ipaddr(${read}, 2)`;
  if (type.network && type.bits < 64) return `sprintf("%d", ${type.bits === 16 ? 'ntohs' : 'ntohl'}(${read}))`;
  return `sprintf("${type.signed ? '%d' : '%u'}", ${read})`;
}
