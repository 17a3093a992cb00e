import { runTests } from './runner.ts';
import { openWindow } from './ui.ts';
// test/editor/run.mjs makes 'all-tests' of every *.test.ts beside this file.
// oxlint-disable-next-line import/no-unassigned-import -- each registers its tests when it is loaded
import 'all-tests';

/** What VS Code calls in the extension host. */
export async function run(): Promise<void> {
  const report = await runTests({
    reportFile: process.env['KERNLENS_TEST_REPORT'],
    word: process.env['KERNLENS_TEST_WORD'],
    afterFailure: async (name) => openWindow()?.shot(`failed ${name}`),
  });
  const failed = report.tests.filter(({ state }) => state === 'failed').length;
  if (failed > 0) throw new Error(`${failed} of ${report.tests.length} editor tests failed`);
}
