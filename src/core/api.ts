import { annotate, annotatedPart, type Annotated, type SiteMeanings, siteMeanings } from './annotations.ts';
import type {
  Context,
  Engine,
  FileLook,
  FileReport,
  FileRequest,
  IncidentReport,
  PlaceRequest,
  ProbeQuestion,
  TreeSummary,
  Ways,
} from './engine.ts';
import { type CallGraphPorts, createCallGraph } from './callers/call-graph.ts';
import { wordPrints } from './callers/word-prints.ts';
import type { Assessment } from './incidents/assess.ts';
import { createAssessor, type KeptAssessments } from './incidents/assessor.ts';
import type { Incident, Pack } from './incidents/pack.ts';
import { statusWords } from './incidents/select-reports.ts';
import type { Language } from './incidents/words.ts';
import type { Decoded, Lens, SourceLine } from './model.ts';
import { anchorAt } from './notes/anchor-at.ts';
import { findNotes } from './notes/find-notes.ts';
import { recogniseTerm } from './paths/recognise-term.ts';
import { wrappersFromText } from './paths/tree-wrappers.ts';
import { definedIn, mayTell, type WrapperFacts, wrapperFacts, wrapperFactsIn } from './paths/wrapper-facts.ts';
import type { WrapperIndex } from './paths/wrappers.ts';
import { withContext } from './place-context.ts';
import type { TreeFiles } from './ports.ts';
import { codeFinder } from './probes/code-finder.ts';
import { probeScript } from './probes/probe-script.ts';
import type { Outcome, Problem } from './problem.ts';
import { createSysctlDocumenter } from './report/document-sysctls.ts';
import { explainIncident, type KnownIncident } from './report/explain-incident.ts';
import { explainPlace } from './report/explain-place.ts';
import { lensOf, lensSpots } from './report/lenses.ts';
import { english, type Say } from './report/say.ts';
import { createSourceFiles, type Part, type SourceFile } from './source-files.ts';
import type { OpenImages } from './symbols/symbolizer.ts';
import type { KernelParser } from './syntax/parser.ts';
import { joinSites } from './traces/join-sites.ts';
import { readKnowledge, type TreeKnowledge } from './tree/knowledge.ts';
import { waysTo } from './ways.ts';

export interface EnginePorts {
  readonly files: TreeFiles;
  readonly parser: KernelParser;
  readonly packs: readonly Pack[];
  /** What the tree says of itself, where the host has it already; else it is read from the files. */
  readonly knowledge?: () => ReturnType<typeof readKnowledge>;
  /** Where the host keeps what was assessed; else it is kept until the tree is checked again. */
  readonly assessments?: KeptAssessments;
  /** Decodes with whatever files and tools the host has. */
  readonly decode: Engine['decode'];
  /** Opens what debug info was named, or lies in the tree; undefined where there is none. */
  readonly images?: (asked: Pick<ProbeQuestion, 'vmlinux' | 'modules'>) => Promise<OpenImages | undefined>;
  /** Where functions are defined, looked for in the whole tree. */
  readonly definitions: (names: readonly string[]) => Promise<ReadonlyMap<string, readonly SourceLine[]>>;
  /** The words of the tree's files, where the host has them already. */
  readonly words?: CallGraphPorts['kept'];
  /** Whatever of the summary only the host can tell. */
  readonly surroundings?: () => Promise<Pick<TreeSummary, 'config' | 'arch' | 'vmlinux'>>;
  /** The longest file that is read, in UTF-16 code units. */
  readonly sizeLimit?: number;
  readonly language?: Language;
  readonly say?: Say;
}

/** What whoever asks knows of the tree already. */
type Knowing = Pick<Context, 'wrappers'>;

/** Generated register tables pass 2 MB; the longest file of net/ has 0.6 MB. */
const defaultSizeLimit = 2_000_000;

/** The engine for one tree, composed of the rooms of core. */
export function createEngine(ports: EnginePorts): Engine {
  const { files, parser, packs, say = english, language = 'en', sizeLimit = defaultSizeLimit } = ports;
  const incidents = packs.flatMap((pack) => pack.incidents);
  const sources = createSourceFiles(files, parser, sizeLimit);
  const calls = createCallGraph({ files, parser, kept: ports.words });
  const annotations = new WeakMap<SourceFile, { readonly by: SiteMeanings; readonly annotated: Promise<Annotated> }>();
  /** By what is known of wrappers: the last, and one that open questions may still have. */
  const meanings = new Map<string, SiteMeanings>();
  let changes = 0;
  let reading: ReturnType<typeof readKnowledge> | undefined;

  const readTables = ports.knowledge ?? ((): ReturnType<typeof readKnowledge> => readKnowledge(files));
  const knowledge = async (): Promise<TreeKnowledge> => (await (reading ??= readTables())).value;
  const meaningsBy = async ({ wrappers = '' }: Knowing): Promise<SiteMeanings> => {
    const tree = await knowledge();
    const index = (): WrapperIndex => (wrappers === '' ? new Map() : wrappersFromText(wrappers));
    const known = meanings.get(wrappers) ?? siteMeanings(`sites ${changes++}`, tree, index());
    meanings.delete(wrappers);
    meanings.set(wrappers, known);
    for (const oldest of meanings.keys()) if (meanings.size > 2) meanings.delete(oldest);
    return known;
  };
  /** With all functions of the file, or with those that sites and incidents can be in. */
  const annotated = async ({ file, text }: FileRequest, by: SiteMeanings, part?: Part): Promise<Outcome<Annotated>> => {
    const { value: source, problems } = await sources.open(file, text, part);
    if (source === undefined) return { problems };
    const kept = annotations.get(source);
    const known = kept?.by === by ? kept : { by, annotated: annotate(source, by, incidents) };
    annotations.set(source, known);
    return { value: await known.annotated, problems };
  };
  const wholeFile = async (request: FileRequest, context: Knowing): Promise<Outcome<Annotated>> =>
    annotated(request, await meaningsBy(context));
  const sitesIn = async (request: FileRequest, context: Knowing): Promise<Outcome<Annotated>> => {
    const by = await meaningsBy(context);
    return annotated(request, by, annotatedPart(request.file, by, incidents));
  };
  const readable = async (file: string): Promise<string | undefined> => {
    const text = await files.read(file);
    return text === undefined || text.length > sizeLimit || !mayTell(text) ? undefined : text;
  };
  const lookForWrappers = async (file: string): Promise<FileLook> => {
    const text = await readable(file);
    if (text === undefined) return { file };
    const facts = wrapperFacts(parser, { file, text }, undefined);
    return { file, ...printsOf(text), ...(facts === undefined ? {} : { facts }) };
  };
  const lookForSites = async (file: string): Promise<FileLook> => {
    const { value, problems } = await sitesIn({ file }, {});
    if (value === undefined || problems.length > 0) return lookForWrappers(file);
    const { text } = value.source;
    const facts = mayTell(text) ? wrapperFactsIn(value.source) : undefined;
    const look = { file, report: fileReport(value), ...printsOf(text) };
    return facts === undefined ? look : { ...look, facts };
  };
  const withSites = async (decoded: Decoded, context: Knowing): Promise<Decoded> => {
    const { dropReasons, rstReasons } = await knowledge();
    return joinSites(decoded, {
      sitesIn: async (file) => (await sitesIn({ file }, context)).value?.sites ?? [],
      reasonName: (number, kind) =>
        [...(kind === 'reset' ? rstReasons : dropReasons).values()].find((reason) => reason.number === number)?.name,
    });
  };
  const withCallers = async (
    known: Annotated,
    { file, text }: FileRequest,
    callersOf: string,
    context: Knowing,
  ): Promise<Annotated> => {
    const part = annotatedPart(file, await meaningsBy(context), incidents, callersOf);
    const { value: source } = await sources.open(file, text, part);
    return source === undefined ? known : { ...known, source };
  };
  const around = async (found: Annotated, request: PlaceRequest, context: Context): Promise<Outcome<Ways>> => {
    const { value: ways, problems } = waysTo(found, request.line);
    if (ways === undefined) return { problems };
    const outlines = request.deep === true ? await calls.outlines(context) : undefined;
    return { value: await withContext({ files, parser, outlines }, ways), problems };
  };
  const documentSysctls = createSysctlDocumenter(files);
  const assessor = createAssessor({ incidents, sources, parser, language, kept: ports.assessments });
  const known = async (ids: readonly string[]): Promise<readonly KnownIncident[]> =>
    Promise.all(
      incidents
        .filter(({ id }) => ids.includes(id))
        .map(async (incident) => ({ incident, assessment: await assessor.assess(incident) })),
    );

  return Object.freeze<Engine>({
    callers: (request, context) => calls.callers(request, context),
    chains: (request, context) => calls.chains(request, context),

    async tree() {
      const [tree, surroundings] = await Promise.all([knowledge(), ports.surroundings?.()]);
      const value = {
        release: tree.release.text,
        reasons: tree.dropReasons.size,
        rstReasons: tree.rstReasons.size,
        counters: tree.counters.size,
        sysctls: tree.sysctls.size,
        ...surroundings,
      };
      return { value, problems: [] };
    },

    sourceFiles: ({ paths }) => sources.list(paths.length === 0 ? ['net'] : paths),

    async sites(request, context) {
      return mapOutcome(await sitesIn(request, context), fileReport);
    },

    async look({ files: asked, sites: wanted }) {
      const looks: FileLook[] = [];
      for (const file of asked) looks.push(await (wanted.includes(file) ? lookForSites(file) : lookForWrappers(file)));
      return { value: looks, problems: [] };
    },

    async wrapperFacts({ files: asked, wanted }) {
      const found: WrapperFacts[] = [];
      for (const file of asked) {
        const text = await readable(file);
        const facts = text === undefined ? undefined : wrapperFacts(parser, { file, text }, wanted);
        if (facts !== undefined) found.push(facts);
      }
      return { value: found, problems: [] };
    },

    async sitePaths(request, context) {
      return mapOutcome(await sitesIn(request, context), (value) => ({ ...fileReport(value), paths: value.paths }));
    },

    async terms({ text, functions }) {
      const names = { ...(await knowledge()), functions, incidents: incidents.map(({ id }) => id) };
      return { value: recogniseTerm(text, names), problems: [] };
    },

    async lensSpots(request, context) {
      return mapOutcome(await sitesIn(request, context), (value) => lensSpots(value, request.density));
    },

    async lens(request, context) {
      const outcome = await sitesIn(request, context);
      if (outcome.value === undefined) return { problems: outcome.problems };
      // An incident may show at a function's head, into which all of the file may call.
      const { about, incident, function: name } = request.spot;
      const isHead = about === 'ways' && incident !== undefined;
      const value = isHead ? await withCallers(outcome.value, request, name, context) : outcome.value;
      const lens: Lens | undefined = await lensOf(
        {
          annotated: value,
          spot: request.spot,
          ways: () => countWays(value, request.spot.subject),
          status: async (id) => (await known([id]))[0]?.assessment,
        },
        say,
      );
      return lens === undefined ? { problems: [] } : { value: lens, problems: [] };
    },

    async paths(request, context) {
      const outcome = await wholeFile(request, context);
      return outcome.value === undefined ? { problems: outcome.problems } : around(outcome.value, request, context);
    },

    async explain(request, context) {
      const outcome = await wholeFile(request, context);
      if (outcome.value === undefined) return { problems: outcome.problems };
      const { source, anchors } = outcome.value;
      const ways = await around(outcome.value, request, context);
      if (ways.value === undefined) return { problems: ways.problems };
      const { subject, sites } = ways.value;
      const { value: chains } = request.deep === true ? await calls.chains(request, context) : {};
      const ids = [
        ...sites.flatMap((site) => site.incidents),
        ...anchors.filter(({ place }) => place.line === request.line).map(({ incident }) => incident.id),
      ];
      const unparsed = source.facts.unparsed.some(({ name }) => name === subject.function);
      const facts = {
        ways: ways.value,
        ...(chains === undefined ? {} : { chains }),
        incidents: gravestFirst(await known([...new Set(ids)])),
        knowledge: await knowledge(),
        fileSites: outcome.value.sites,
        unparsed,
      };
      return { value: await documentSysctls(explainPlace(facts, language, say)), problems: [] };
    },

    async incidents({ ids }, context) {
      assessor.forget();
      const chosen = ids.length === 0 ? incidents : incidents.filter(({ id }) => ids.includes(id));
      const reports: IncidentReport[] = [];
      for (const incident of chosen) {
        await context.breathe?.();
        context.signal.throwIfAborted();
        context.progress({ step: incident.id, done: reports.length, total: chosen.length });
        // One after the other, so that progress means something; the parser is one thread anyway.
        reports.push(reportOf(incident, await assessor.assess(incident)));
      }
      ports.assessments?.save();
      const unknown = ids.filter((id) => !incidents.some((incident) => incident.id === id));
      const problems = unknown.map((id) => unknownIncident(id, incidents));
      return reports.length === 0 && problems.length > 0 ? { problems } : { value: reports, problems };
    },

    async incident({ id }) {
      const [found] = await known([id]);
      if (found === undefined) return { problems: [unknownIncident(id, incidents)] };
      return {
        value: await documentSysctls(explainIncident(found, await knowledge(), language, say)),
        problems: [],
      };
    },

    async anchorAt({ file, text, line }) {
      const { value: source, problems } = await sources.open(file, text);
      if (source === undefined) return { problems };
      const anchor = anchorAt(file, source, line, (await knowledge()).release.text);
      return anchor === undefined ? { problems: [{ kind: 'nothing-at', file, line }] } : { value: anchor, problems };
    },

    findNotes: (request, context) => findNotes(request, context, { sources, calls, definitions: ports.definitions }),

    async decode(request, context) {
      const { value, problems } = await ports.decode(request, context);
      if (value === undefined) return { problems };
      return { value: await withSites(value, context), problems };
    },

    async traceSites({ decoded }, context) {
      return { value: await withSites(decoded, context), problems: [] };
    },

    async probe(question) {
      const release = (await knowledge()).release.text;
      const opened = await ports.images?.(question);
      try {
        return await probeScript(question, {
          files,
          sources,
          incidents,
          release,
          language,
          say,
          definitions: ports.definitions,
          code: opened && codeFinder(opened.images),
        });
      } finally {
        await opened?.close();
      }
    },
  });
}

function printsOf(text: string): Pick<FileLook, 'prints' | 'defined'> {
  return { prints: wordPrints(text), defined: wordPrints([...definedIn(text)].join(' ')) };
}

function mapOutcome<T, U>({ value, problems }: Outcome<T>, change: (value: T) => U): Outcome<U> {
  return value === undefined ? { problems } : { value: change(value), problems };
}

function fileReport({ source, sites }: Annotated): FileReport {
  const { functions, unparsed } = source.facts;
  return { file: source.file, sites, functions: functions.length, unparsed };
}

/** As many as the editor lists: lines that lead here. */
function countWays(annotated: Annotated, line: number): number {
  const { value } = waysTo(annotated, line);
  const { paths = [], callers = [] } = value ?? {};
  return new Set([...paths.map(({ entry }) => entry.line), ...callers.map((caller) => caller.line)]).size;
}

function reportOf({ area, effect }: Incident, assessment: Assessment): IncidentReport {
  const { id, title, status, why, evidence, anchors, uncertain } = assessment;
  return { id, title, area, effect, status, why, evidence, anchors, ...(uncertain === undefined ? {} : { uncertain }) };
}

/** What this tree still has is read first. */
function gravestFirst(known: readonly KnownIncident[]): readonly KnownIncident[] {
  const rank = ({ assessment }: KnownIncident): number => statusWords.indexOf(assessment.status);
  return known.toSorted((a, b) => rank(a) - rank(b));
}

function unknownIncident(id: string, incidents: readonly Incident[]): Problem {
  return { kind: 'unknown-incident', id, known: incidents.map((incident) => incident.id) };
}
