import type { Parameter } from '../syntax/facts.ts';
import type { DescribedPoint, RegisterVariable } from './code-finder.ts';
import { isName, type ProbeContext } from './context.ts';
import type { InstructionPoint, ProbeValue } from './plan-model.ts';
import { valueType } from './value-type.ts';

/** Instructions at which the same values are in the same places. */
export interface PointsWithValues {
  readonly points: readonly InstructionPoint[];
  readonly values: readonly ProbeValue[];
}

/**
 * What can be shown of a function between its entry and its end: parameters as the prototype types them, and variables
 * that point at a struct. SystemTap finds them itself, so that all points are alike to it.
 */
export function pointsByValues(
  points: readonly DescribedPoint[],
  parameters: readonly Parameter[],
  tool: ProbeContext['tool'],
): readonly PointsWithValues[] {
  const groups = new Map<string, { points: InstructionPoint[]; values: readonly ProbeValue[] }>();
  for (const { symbol, offset, variables } of points) {
    const values = tool === 'stap' ? allParameters(parameters) : inRegisters(variables, parameters);
    const key = JSON.stringify(values);
    const group = groups.get(key) ?? { points: [], values };
    group.points.push({ symbol, offset });
    groups.set(key, group);
  }
  return [...groups.values()];
}

function allParameters(parameters: readonly Parameter[]): readonly ProbeValue[] {
  return named(parameters)
    .map((parameter): ProbeValue => ({
      name: parameter.name,
      type: valueType(parameter.type),
      source: { kind: 'argument', position: parameters.indexOf(parameter) },
    }))
    .filter(({ type }) => type.kind !== 'aggregate');
}

/** Parameters in the order of the prototype, then variables by their names. */
function inRegisters(variables: readonly RegisterVariable[], parameters: readonly Parameter[]): readonly ProbeValue[] {
  const given = named(parameters).flatMap((parameter): readonly ProbeValue[] => {
    const held = variables.find(({ name, isParameter }) => isParameter && name === parameter.name);
    const type = valueType(parameter.type);
    return held === undefined || type.kind === 'aggregate'
      ? []
      : [{ name: parameter.name, type, source: { kind: 'register', register: held.register } }];
  });
  const local = variables
    .filter(({ isParameter, pointsAt, name }) => !isParameter && pointsAt !== undefined && isName(name))
    .map(({ name, pointsAt, register }): ProbeValue => ({
      name,
      type: pointsAt === undefined ? { kind: 'pointer' } : { kind: 'pointer', to: pointsAt },
      source: { kind: 'register', register },
    }));
  return [...given, ...local.sort((a, b) => (a.name < b.name ? -1 : 1))];
}

const named = (parameters: readonly Parameter[]): readonly Parameter[] => parameters.filter(({ name }) => isName(name));
