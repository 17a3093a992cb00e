/** The layers of docs/architecture.md hold because the linter refuses an import that breaks them: here one is planted for each. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';

const project = process.cwd();

/** The project's settings, without the rules that need types: the layers need none, and planted files have none. */
const settings = readFileSync(path.join(project, '.oxlintrc.json'), 'utf8').replace(
  '"typeAware": true',
  '"typeAware": false',
);

check('core imports nothing of node', 'src/core/a.ts', `import 'node:fs';`, 'no-restricted-imports');
check('core imports nothing of node under its old name', 'src/core/a.ts', `import 'fs';`, 'no-restricted-imports');
check('core does not know the editor', 'src/core/a.ts', `import 'vscode';`, 'no-restricted-imports');
check('nor its types', 'src/core/a.ts', `export type { Uri } from 'vscode';`, 'no-restricted-imports');
check('core does not know host', 'src/core/paths/a.ts', `import '../../host/b.ts';`, 'no-restricted-imports');
check('core has no clock', 'src/core/a.ts', `export const now = Date.now();`, 'no-restricted-globals');
check('core may parse', 'src/core/a.ts', `import 'web-tree-sitter'; import './b.ts'; import '../model.ts';`);
check('host does not know the worker', 'src/host/a.ts', `import '../worker/main.ts';`, 'no-restricted-imports');
check('host does not know the editor', 'src/host/a.ts', `import 'vscode';`, 'no-restricted-imports');
check('host may use core and node', 'src/host/a.ts', `import '../core/model.ts'; import 'node:fs';`);
check('cli does not know the editor', 'src/cli/a.ts', `import '../vscode/extension.ts';`, 'no-restricted-imports');
check('cli does not know the worker', 'src/cli/a.ts', `import '../worker/main.ts';`, 'no-restricted-imports');
check('cli may use host', 'src/cli/a.ts', `import '../host/process.ts';`);
check('worker does not know the editor', 'src/worker/a.ts', `import 'vscode';`, 'no-restricted-imports');
check('worker does not know cli', 'src/worker/a.ts', `import '../cli/main.ts';`, 'no-restricted-imports');
check(
  'the editor does not know the worker',
  'src/vscode/lens/a.ts',
  `import '../../worker/main.ts';`,
  'no-restricted-imports',
);
check('the editor may use vscode and host', 'src/vscode/a.ts', `import 'vscode'; import '../host/process.ts';`);

test('imports in a circle are refused in every layer', () => {
  const said = lint({ 'src/core/a.ts': `import './b.ts';`, 'src/core/b.ts': `import './a.ts';` });
  assert.match(said, /import\(no-cycle\)/);
});

/** Lints one planted file: it must break `rule`, or nothing where none is given. */
function check(name: string, file: string, source: string, rule?: string): void {
  test(name, () => {
    const said = lint({ [file]: source });
    if (rule === undefined) assert.doesNotMatch(said, /no-restricted/);
    else assert.ok(said.includes(`eslint(${rule})`), `${rule} is not among: ${said}`);
  });
}

/** What the linter says, under the project's own settings, of a project that holds these files. */
function lint(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'kernlens-layers-'));
  try {
    writeFileSync(path.join(folder, '.oxlintrc.json'), settings);
    for (const [file, source] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), `${source}\n`);
    }
    const linter = path.join(project, 'node_modules/oxlint/bin/oxlint');
    const run = spawnSync(process.execPath, [linter, '-f', 'unix'], { cwd: folder, encoding: 'utf8' });
    assert.match(run.stdout, /^$|^\d+ problems?$/m, run.stdout + run.stderr);
    return run.stdout;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
