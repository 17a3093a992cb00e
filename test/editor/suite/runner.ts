/** A test runner for the extension host: what the editor tests need of one, and no package that would have to be loaded there. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

interface Test {
  readonly name: string;
  readonly seconds: number;
  readonly body: (context: TestContext) => Promise<void> | void;
}

export interface TestContext {
  /** Ends the test as left out, with the reason that the closing report gives. */
  readonly skip: (reason: string) => never;
}

type State = 'passed' | 'failed' | 'skipped';

/** What a run leaves in $KERNLENS_TEST_REPORT. Without `done` the host ended before the tests did. */
export interface Report {
  done: boolean;
  readonly tests: { readonly name: string; readonly state: State; readonly ms: number; readonly why?: string }[];
}

class Skipped extends Error {}

const tests: Test[] = [];

/** Adds a test. It runs after those before it; `seconds` is generous, for busy machines. */
export function test(name: string, body: Test['body'], options: { readonly seconds?: number } = {}): void {
  tests.push({ name, body, seconds: options.seconds ?? 60 });
}

/** Runs all tests whose name holds `word`, one after the other. The report is rewritten after each, so that a crash shows where. */
export async function runTests(options: {
  readonly reportFile: string | undefined;
  readonly word: string | undefined;
  readonly afterFailure: (name: string) => Promise<void>;
}): Promise<Report> {
  const { reportFile, word = '', afterFailure } = options;
  const report: Report = { done: false, tests: [] };
  write(reportFile, report);
  for (const each of tests.filter(({ name }) => name.includes(word))) {
    const started = Date.now();
    const outcome = await outcomeOf(each);
    report.tests.push({ name: each.name, ...outcome, ms: Date.now() - started });
    console.log(
      `${mark[outcome.state]} ${each.name} (${Date.now() - started} ms)${outcome.why ? `\n  ${outcome.why}` : ''}`,
    );
    write(reportFile, report);
    if (outcome.state === 'failed') await afterFailure(each.name);
  }
  report.done = true;
  write(reportFile, report);
  return report;
}

const mark: Readonly<Record<State, string>> = { passed: '✔', failed: '✖', skipped: '﹣' };

async function outcomeOf({ body, seconds }: Test): Promise<{ readonly state: State; readonly why?: string }> {
  const context: TestContext = {
    skip: (reason) => {
      throw new Skipped(reason);
    },
  };
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not over after ${seconds} s`)), seconds * 1000);
  });
  try {
    await Promise.race([Promise.resolve(context).then(body), tooLate]);
    return { state: 'passed' };
  } catch (error) {
    if (error instanceof Skipped) return { state: 'skipped', why: error.message };
    return { state: 'failed', why: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** Written beside and moved, so that a reader never sees half a report. */
function write(file: string | undefined, report: Report): void {
  if (file === undefined) return;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(`${file}.tmp`, JSON.stringify(report, null, 2));
  renameSync(`${file}.tmp`, file);
}
