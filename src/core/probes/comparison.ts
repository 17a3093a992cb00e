import type { Condition, PlanConstant } from './plan-model.ts';

/** A test of a value as both tools write it: `value == 0`, `(value & TCPF_LISTEN) == TCPF_LISTEN`. Enumerators that a tool knows are named its way. */
export function comparison(value: string, test: Condition['test'], named: (text: string) => string): string {
  switch (test.kind) {
    case 'zero':
      return `${value} == 0`;
    case 'nonzero':
      return `${value} != 0`;
    case 'equals':
      return `${value} == ${constantText(test.constant, named)}`;
    case 'has':
      return `(${value} & ${constantText(test.constant, named)}) == ${constantText(test.constant, named)}`;
  }
}

const constantText = ({ text, negative, byName, value }: PlanConstant, named: (text: string) => string): string =>
  `${negative ? '-' : ''}${byName ? named(text) : String(value ?? 0)}`;
