import { createRequire } from 'node:module';
import path from 'node:path';
import { yamlPlugin } from './yaml-plugin.mjs';

const require = createRequire(import.meta.url);

/** The project's folder. */
export const root = path.resolve(import.meta.dirname, '../..');

/**
 * What every bundle of the project has in common: CommonJS for Node 20, beside which VS Code provides 'vscode'.
 * web-tree-sitter is taken in its CommonJS form: the other one reads import.meta.url, which such a bundle does not have.
 * @type {import('esbuild').BuildOptions}
 */
export const commonOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  charset: 'utf8',
  external: ['vscode'],
  alias: { 'web-tree-sitter': require.resolve('web-tree-sitter') },
  plugins: [yamlPlugin()],
  logLevel: 'warning',
};

/** The two WebAssembly files that stand beside the bundles at run time. */
export const wasmFiles = [
  require.resolve('web-tree-sitter/web-tree-sitter.wasm'),
  require.resolve('tree-sitter-c/tree-sitter-c.wasm'),
];
