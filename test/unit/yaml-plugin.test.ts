import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';
import { yamlPlugin } from '../../src/build/yaml-plugin.mjs';

test('YAML becomes plain data in the bundle', async () => {
  const { text, faults } = await bundled('id: one\nlist: [1, 2]\nprose: |\n  two\n  lines\n');
  assert.deepEqual(faults, []);
  assert.match(text, /\{ id: "one", list: \[1, 2\], prose: "two\\nlines\\n" \}/);
});

test('a fault names file, line and column', async () => {
  const { faults } = await bundled('id: one\nother: 2\nid: three\n');
  assert.deepEqual(faults, ['pack.yaml:3:0 Map keys must be unique']);
});

test('every fault is named', async () => {
  const { faults } = await bundled('a: 1\na: 2\nb:\n  c: 1\n  c: 2\n');
  assert.deepEqual(
    faults.map((fault) => fault.split(' ')[0]),
    ['pack.yaml:2:0', 'pack.yaml:5:2'],
  );
});

async function bundled(yaml: string): Promise<{ readonly text: string; readonly faults: readonly string[] }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'kernlens-yaml-'));
  writeFileSync(path.join(folder, 'pack.yaml'), yaml);
  try {
    const result = await build({
      stdin: { contents: `import pack from './pack.yaml'; console.log(pack);`, resolveDir: folder },
      absWorkingDir: folder,
      bundle: true,
      write: false,
      plugins: [yamlPlugin()],
      logLevel: 'silent',
    });
    return { text: result.outputFiles[0]?.text ?? '', faults: [] };
  } catch (error) {
    const { errors } = error as { readonly errors: readonly Fault[] };
    return {
      text: '',
      faults: errors.map(({ text, location }) => `${location.file}:${location.line}:${location.column} ${text}`),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

interface Fault {
  readonly text: string;
  readonly location: { readonly file: string; readonly line: number; readonly column: number };
}
