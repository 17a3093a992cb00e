import type { Chain, Chains, CallSite } from '../../core/callers/call-model.ts';
import type { CallersRequest, Ways } from '../../core/engine.ts';
import { coverageText, entryText, throughText } from '../../core/report/chain-text.ts';
import { type Call, type Status, status } from '../command.ts';
import { guardLine } from './guard-line.ts';

/** A chain of one call may be wanted of every caller; of longer ones a page is enough. */
const mostOf = (depth: number | undefined): number => (depth === 1 ? 500 : 8);

/** Prints how a packet gets to a function; with `ways` what leads to the place inside it comes first. */
export async function printChains(
  call: Call,
  request: CallersRequest,
  depth: number | undefined,
  ways: Ways | undefined,
): Promise<Status> {
  const options = { most: mostOf(depth), ...(depth === undefined ? {} : { depth }) };
  const chains = call.accept(await call.engine.chains({ ...request, ...options }, call.context));
  if (chains === undefined) return status.bad;
  if (call.json) call.print(JSON.stringify({ ...chains, paths: ways?.paths ?? [] }));
  else print(call, chains);
  return status.done;
}

function print(call: Call, chains: Chains): void {
  const { target, others = [] } = chains;
  call.print(call.style.bold(`${target.file ?? ''}:${target.line ?? ''}  ${target.function}`));
  for (const other of others)
    call.remark(
      `another ${other.function} is at ${other.file ?? ''}:${other.line ?? ''}; name that line for its callers`,
    );
  for (const chain of chains.chains) printChain(call, chain, target.function);
  if (chains.leftOut !== undefined) call.remark(`${chains.leftOut} further callers were not followed.`);
  call.remark(coverageText(chains.covers));
}

function printChain(call: Call, chain: Chain, target: string): void {
  const { entry, steps, alike = [] } = chain;
  const more = alike.length === 0 ? '' : `  (and ${alike.length} registered alike: ${alike.slice(0, 3).join(', ')})`;
  call.print(`\nfrom ${call.style.yellow(entryText(chain))}${call.style.dim(more)}`);
  for (const { file, line, function: inside } of entry.registrations.slice(0, 2))
    call.print(call.style.dim(`    ${file}:${line}  registered${inside === undefined ? '' : ` in ${inside}`}`));
  for (const dispatch of (entry.dispatch ?? []).slice(0, 2))
    call.print(
      call.style.dim(`    ${dispatch.file}:${dispatch.line}  ${dispatch.function} calls it ${throughText(dispatch)}`),
    );
  steps.forEach((step, at) => printStep(call, step, steps[at + 1]?.function ?? target));
}

function printStep(call: Call, step: CallSite, callee: string): void {
  const through = throughText(step);
  const words = `${step.function} -> ${callee}(${step.arguments.join(', ')})`;
  const how = step.via !== undefined && step.kind !== 'field' ? `${step.function} -> ${callee}` : words;
  call.print(`  ${step.file}:${step.line}  ${how}${through === '' ? '' : `  ${call.style.dim(through)}`}`);
  for (const guard of step.guards ?? []) if (guard.early !== true) call.print(guardLine(call, step.file, guard));
}
