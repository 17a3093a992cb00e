import { comparison } from './comparison.ts';
import type { Attachment, Condition, ProbeValue } from './plan-model.ts';
import type { ValueType } from './value-type.ts';

type Form = Attachment['form'];

/** A parameter or field where it can be read: in a register, kept from the entry, or in the tracepoint's record. */
export function bpftraceValue(value: ProbeValue, form: Form): string {
  if (value.source.kind === 'field') return `args->${value.source.field}`;
  if (value.source.kind === 'register') return `reg("${value.source.register}")`;
  return form === 'return' ? `$entry_${value.name}` : `arg${value.source.position}`;
}

/** A register's bits as the type has them: the rest of the register is not defined. */
export function cast(type: ValueType, expression: string): string {
  if (type.kind !== 'integer' || expression.startsWith('args->')) return expression;
  return `(${type.signed ? 'int' : 'uint'}${type.bits})${expression}`;
}

/** One test as an expression: `(int32)retval == -1`, `((struct sock *)arg0)->__sk_common.skc_state == TCP_LISTEN`. */
export function bpftraceCondition({ subject, test }: Condition, form: Form): string {
  const value =
    subject.kind === 'result'
      ? cast(subject.type, 'retval')
      : subject.path === undefined
        ? cast(subject.value.type, bpftraceValue(subject.value, form))
        : `${pointer(subject.value, form)}${subject.path.map(({ operator, name }) => `${operator}${name}`).join('')}`;
  return comparison(value, test, (text) => text);
}

/** `((struct sock *)arg0)` */
export function pointer(value: ProbeValue, form: Form): string {
  const to = value.type.kind === 'pointer' ? value.type.to : undefined;
  return `((struct ${to ?? 'unknown'} *)${bpftraceValue(value, form)})`;
}
