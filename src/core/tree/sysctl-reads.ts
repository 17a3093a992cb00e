import type { SysctlName } from './sysctls.ts';
import { type Token, tokenize } from './tokens.ts';

/** A sysctl that an expression reads. */
export interface SysctlRead {
  /** The key in the tree's sysctls: `sysctl_tcp_syncookies`. */
  readonly identifier: string;
  readonly sysctl: SysctlName;
}

/**
 * The sysctls that a C expression reads: `READ_ONCE(net->ipv4.sysctl_tcp_syncookies) && !full` reads one.
 * A field counts when what it is taken from fits the table's pointer, or its name is telling by itself: bare words
 * such as `count` or `timeout` need the same owner. Variables must stand alone.
 */
export function sysctlsRead(
  expression: string,
  sysctls: ReadonlyMap<string, readonly SysctlName[]>,
): readonly SysctlRead[] {
  const tokens = tokenize(expression);
  const reads = new Map<string, SysctlRead>();
  for (const [index, token] of tokens.entries()) {
    if (token.kind !== 'word') continue;
    const owner = ownerOf(tokens, index);
    for (const identifier of [`${token.text}${subscriptAt(tokens, index + 1)}`, token.text]) {
      for (const sysctl of sysctls.get(identifier) ?? []) {
        if (fits(sysctl, identifier, owner)) reads.set(`${identifier} ${sysctl.name}`, { identifier, sysctl });
      }
    }
  }
  return [...reads.values()];
}

/** `ipv4` of `net->ipv4.sysctl_x`; a bracket where the owner is itself an expression. */
function ownerOf(tokens: readonly Token[], index: number): string | undefined {
  const mark = tokens[index - 1]?.text;
  return mark === '->' || mark === '.' ? tokens[index - 2]?.text : undefined;
}

function subscriptAt(tokens: readonly Token[], index: number): string {
  const constant = tokens[index + 1];
  const subscripted = tokens[index]?.text === '[' && constant?.kind === 'word' && tokens[index + 2]?.text === ']';
  return subscripted ? `[${constant.text}]` : '';
}

function fits({ data }: SysctlName, identifier: string, owner: string | undefined): boolean {
  const pointsInto = /(\w+|\))(?:->|\.)$/.exec(data.slice(0, data.lastIndexOf(identifier)))?.[1];
  if (pointsInto === undefined) return owner === undefined;
  if (identifier.includes('[')) return true;
  return owner !== undefined && (owner === pointsInto || identifier.includes('_'));
}
