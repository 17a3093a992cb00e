import type { ProbeQuestion, ProbeScript } from '../engine.ts';
import type { Incident } from '../incidents/pack.ts';
import { probeOf } from '../incidents/probe-of.ts';
import { inLanguage, type Language } from '../incidents/words.ts';
import type { SourceLine } from '../model.ts';
import type { TreeFiles } from '../ports.ts';
import type { Outcome } from '../problem.ts';
import type { Say } from '../report/say.ts';
import type { SourceFiles } from '../source-files.ts';
import { functionAt } from '../syntax/walk.ts';
import { line1, LineIndex } from '../base/position.ts';
import { builtAs } from '../tree/kbuild.ts';
import type { CodeFinder } from './code-finder.ts';
import { findConstant } from './constants.ts';
import type { DefinedFunction, ProbeContext } from './context.ts';
import type { BuiltAs } from './plan-model.ts';
import { planProbe } from './plan.ts';
import { printBpftrace } from './print-bpftrace.ts';
import { statementAt } from './line-with-code.ts';
import { printStap } from './print-stap.ts';
import { readProbeTarget, requestForDropReason, requestForFunction, requestForLine } from './request-for.ts';
import type { ProbeRequest } from './request.ts';
import { readTracepoint } from './tracepoints.ts';

/** What the open tree answers while a probe is planned. */
export interface ProbeSources {
  readonly files: TreeFiles;
  readonly sources: SourceFiles;
  /** Where functions are defined, for one that is asked for without a file. */
  readonly definitions: (names: readonly string[]) => Promise<ReadonlyMap<string, readonly SourceLine[]>>;
  readonly incidents: readonly Incident[];
  readonly release: string;
  readonly language: Language;
  readonly say: Say;
  /** Where there is debug info of the kernel that is to be probed. */
  readonly code?: CodeFinder | undefined;
}

/** From what was asked for to a script: target -> request -> plan -> text. */
export async function probeScript(question: ProbeQuestion, from: ProbeSources): Promise<Outcome<ProbeScript>> {
  const { tool, target } = question;
  if (tool !== 'bpftrace' && tool !== 'stap')
    return {
      problems: [{ kind: 'probe-impossible', target, detail: from.say('no scripts are written for {0} yet', tool) }],
    };
  const context = contextOf(tool, from);
  const request = await requestFor(target, context, from);
  if (request.value === undefined) return { problems: request.problems };
  const plan = await planProbe(request.value, context);
  if (plan.value === undefined) return { problems: plan.problems };
  const print = tool === 'stap' ? printStap : printBpftrace;
  return { value: print(plan.value, from.say), problems: plan.problems };
}

async function requestFor(target: string, context: ProbeContext, from: ProbeSources): Promise<Outcome<ProbeRequest>> {
  const read = readProbeTarget(target);
  switch (read?.kind) {
    case undefined:
      return { problems: [{ kind: 'probe-target-unknown', target }] };
    case 'incident':
      return requestForIncident(read.id, from);
    case 'drop-reason':
      return { value: requestForDropReason(read.name, from.say), problems: [] };
    case 'function': {
      const found = await context.functionNamed(read.name);
      if (found === undefined) return { problems: [{ kind: 'no-such-function', name: read.name }] };
      return { value: requestForFunction(found, from.say), problems: [] };
    }
    case 'line':
      return requestAt(read, context, from);
  }
}

async function requestAt(
  { file, line }: { readonly file: string; readonly line: number },
  context: ProbeContext,
  { sources, say }: ProbeSources,
): Promise<Outcome<ProbeRequest>> {
  const { value, problems } = await sources.open(file);
  if (value === undefined) return { problems };
  const facts = functionAt(value.facts, line1(line));
  if (facts === undefined)
    return { problems: [{ kind: 'no-function-at', file, line, lineCount: value.text.split('\n').length }] };
  const statement = statementAt(facts, line1(line), new LineIndex(value.text));
  const neighbours = value.facts.functions.map(({ name }) => name).filter((name) => name !== facts.name);
  const known = { neighbours, ...(statement === undefined ? {} : { statement }) };
  return { value: await requestForLine({ file, facts }, line, context.functionNamed, say, known), problems: [] };
}

function requestForIncident(id: string, { incidents, language }: ProbeSources): Outcome<ProbeRequest> {
  const incident = incidents.find((each) => each.id === id);
  if (incident === undefined)
    return { problems: [{ kind: 'unknown-incident', id, known: incidents.map((each) => each.id) }] };
  const value = probeOf(incident, language);
  const detail = inLanguage(incident.confirm.text, language);
  return value === undefined
    ? { problems: [{ kind: 'probe-impossible', target: `incident:${id}`, detail }] }
    : { value, problems: [] };
}

function contextOf(
  tool: ProbeContext['tool'],
  { files, sources, definitions, release, code }: ProbeSources,
): ProbeContext {
  const inFile = async (file: string, name: string): Promise<DefinedFunction | undefined> => {
    const facts = (await sources.open(file)).value?.facts.functions.find((each) => each.name === name);
    return facts && { file, facts };
  };
  return {
    release,
    tool,
    ...(code === undefined ? {} : { code }),
    async functionNamed(name, wanted) {
      const named = (wanted ?? []).filter((file) => !file.endsWith('/'));
      const searched = wanted === undefined || named.length < wanted.length ? await definitions([name]) : undefined;
      const elsewhere = (searched?.get(name) ?? [])
        .map(({ file }) => file)
        .filter(
          (file) => wanted === undefined || wanted.some((folder) => folder.endsWith('/') && file.startsWith(folder)),
        );
      const found = await Promise.all([...named, ...elsewhere].map((file) => inFile(file, name)));
      return found.find((each) => each !== undefined);
    },
    builtAs: (file) => builtHow(files, file),
    constant: (name, near) => findConstant(files, name, near),
    tracepoint: (group, name) => readTracepoint(files, group, name),
  };
}

/** Built in or a module, as far as Makefiles, Kconfig and a .config in the tree tell. */
export async function builtHow(files: TreeFiles, file: string): Promise<BuiltAs> {
  const built = await builtAs(files, file, await files.read('.config'));
  if (built === undefined) return { kind: 'unknown' };
  if (built.state === 'm') return { kind: 'module', module: built.object };
  return built.state === 'y' || !built.canBeModule ? { kind: 'built-in' } : { kind: 'unknown', module: built.object };
}
