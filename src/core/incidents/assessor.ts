import { globToMatcher } from '../base/glob.ts';
import type { Part, SourceFiles } from '../source-files.ts';
import type { KernelParser } from '../syntax/parser.ts';
import { assess, type Assessment } from './assess.ts';
import type { FactsSource } from './facts-source.ts';
import type { Incident } from './pack.ts';
import type { Language } from './words.ts';

/** Keeps assessments for as long as nothing changes that they were read from. */
export interface KeptAssessments {
  /** Undefined where a file that was read has changed since, or the incident has. */
  get(incident: Incident): Promise<Assessment | undefined>;
  put(incident: Incident, assessment: Assessment, read: ReadByAssessment): void;
  /** Called when a whole tree was assessed. */
  save(): void;
}

/** What an assessment rests on. */
export interface ReadByAssessment {
  /** Also those that were asked for and aren't there. */
  readonly files: ReadonlySet<string>;
  /** What each glob named. */
  readonly globs: ReadonlyMap<string, readonly string[]>;
}

export interface Assessor {
  assess(incident: Incident): Promise<Assessment>;
  /** Whatever is only remembered here is assessed anew when it is next asked for. */
  forget(): void;
}

export interface AssessorParts {
  readonly incidents: readonly Incident[];
  readonly sources: SourceFiles;
  readonly parser: KernelParser;
  readonly language: Language;
  readonly kept?: KeptAssessments | undefined;
}

/** Assesses each incident at most once at a time; of files only the functions that incidents name are read. */
export function createAssessor({ incidents, sources, parser, language, kept }: AssessorParts): Assessor {
  const partOf = partsFor(incidents);
  const source = sources.factsSource(partOf);
  const remembered = new Map<string, Promise<Assessment>>();

  const assessNow = async (incident: Incident): Promise<Assessment> => {
    const known = await kept?.get(incident);
    if (known !== undefined) return known;
    const { noted, read } = noteReads(source);
    const assessment = await assess(incident, noted, language);
    // What a dying parser says of a file is worth nothing tomorrow.
    if (parser.isAlive()) kept?.put(incident, assessment, read);
    return assessment;
  };
  return {
    assess: (incident) => {
      const running = remembered.get(incident.id) ?? assessNow(incident);
      remembered.set(incident.id, running);
      // Whoever keeps assessments knows best when one is out of date.
      if (kept !== undefined) void running.finally(() => remembered.delete(incident.id)).catch(() => {});
      return running;
    },
    forget: () => remembered.clear(),
  };
}

/** The functions of a file that any incident names. */
export function partsFor(incidents: readonly Incident[]): (file: string) => Part {
  const anchors = incidents
    .flatMap((incident) => incident.anchors)
    .map(({ files, functions }) => ({ functions, matchers: files.map(globToMatcher) }));
  return (file) => {
    const named = new Set(
      anchors.flatMap(({ functions, matchers }) => (matchers.some((matches) => matches(file)) ? functions : [])),
    );
    return {
      name: 'anchors',
      mayBeIn: (text) => [...named].some((name) => text.includes(name)),
      only: (name) => named.has(name),
      further: () => undefined,
    };
  };
}

function noteReads(source: FactsSource): { readonly noted: FactsSource; readonly read: ReadByAssessment } {
  const files = new Set<string>();
  const globs = new Map<string, readonly string[]>();
  return {
    read: { files, globs },
    noted: {
      facts: (file) => {
        files.add(file);
        return source.facts(file);
      },
      files: async (glob) => {
        const found = await source.files(glob);
        globs.set(glob, found);
        return found;
      },
    },
  };
}
