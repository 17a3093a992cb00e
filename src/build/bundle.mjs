// Bundles the extension, the worker and the command line into dist/.
//   node src/build/bundle.mjs [--watch] [--minify]
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import * as esbuild from 'esbuild';
import { commonOptions, root, wasmFiles } from './esbuild-options.mjs';
import { sharedPacks } from './shared-packs.mjs';

/** What stands in dist/, and where each comes from. */
const bundles = [
  { entry: 'src/vscode/extension.ts', file: 'dist/extension.cjs' },
  { entry: 'src/worker/main.ts', file: 'dist/worker.cjs' },
  { entry: 'src/cli/main.ts', file: 'dist/cli.cjs', banner: '#!/usr/bin/env node' },
  { entry: 'src/packs/index.ts', file: 'dist/packs.cjs' },
];

/** The JSON Schemas, which package.json gives to the editor: each stands in dist/NAME.schema.json. */
const schemas = ['pack', 'notes'];

/**
 * Builds all bundles once; with `watch`, goes on rebuilding and never resolves.
 * @param {{ minify?: boolean, watch?: boolean }} [options]
 * @returns {Promise<string[]>} the files written, relative to the project
 */
export async function bundle({ minify = false, watch = false } = {}) {
  if (minify) rmSync(path.join(root, 'dist'), { recursive: true, force: true }); // no source maps left over in a package
  mkdirSync(path.join(root, 'dist'), { recursive: true });
  for (const file of wasmFiles) copyFileSync(file, path.join(root, 'dist', path.basename(file)));
  const present = bundles.filter(({ entry }) => existsSync(path.join(root, entry)));
  const options = present.map((each) => optionsFor(each, minify));
  if (watch) return watchAll(options);
  await Promise.all(options.map((each) => esbuild.build(each)));
  for (const { file, banner } of present) if (banner !== undefined) chmodSync(path.join(root, file), 0o755);
  const cli = path.join(root, 'dist', 'cli.cjs');
  const schemaFiles = schemas.map((name) => `dist/${name}.schema.json`);
  for (const [index, name] of schemas.entries())
    writeFileSync(path.join(root, schemaFiles[index] ?? ''), execFileSync(process.execPath, [cli, 'schema', name]));
  return [
    ...present.map(({ file }) => file),
    ...schemaFiles,
    ...wasmFiles.map((file) => `dist/${path.basename(file)}`),
  ];
}

/**
 * @param {typeof bundles[number]} which
 * @param {boolean} minify
 * @returns {esbuild.BuildOptions}
 */
function optionsFor({ entry, file, banner }, minify) {
  return {
    ...commonOptions,
    plugins: [...(commonOptions.plugins ?? []), sharedPacks(file)],
    entryPoints: [entry],
    outfile: file,
    minify,
    sourcemap: !minify,
    ...(banner === undefined ? {} : { banner: { js: banner } }),
  };
}

/**
 * @param {esbuild.BuildOptions[]} options
 * @returns {Promise<never>}
 */
async function watchAll(options) {
  for (const each of options) {
    const context = await esbuild.context({ ...each, logLevel: 'info' });
    await context.watch();
  }
  return new Promise(() => {});
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { values } = parseArgs({ options: { watch: { type: 'boolean' }, minify: { type: 'boolean' } } });
  try {
    console.log((await bundle(values)).join('\n'));
  } catch (error) {
    if (!Array.isArray(Object(error).errors)) throw error;
    process.exitCode = 1; // esbuild has said what is wrong, and where
  }
}
