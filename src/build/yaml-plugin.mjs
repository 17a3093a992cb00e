import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { LineCounter, parseDocument } from 'yaml';

/**
 * Lets code write `import pack from './pack.yaml'`: the file is parsed while bundling and only its plain data is shipped.
 * A fault in the file stops the build and names file, line and column.
 * @returns {import('esbuild').Plugin}
 */
export function yamlPlugin() {
  return {
    name: 'yaml',
    setup(build) {
      build.onLoad({ filter: /\.ya?ml$/ }, async ({ path: file }) => {
        const shown = path.relative(build.initialOptions.absWorkingDir ?? process.cwd(), file);
        const { value, faults } = parseYaml(await readFile(file, 'utf8'), shown);
        return faults.length > 0
          ? { errors: faults, watchFiles: [file] }
          : { contents: JSON.stringify(value), loader: 'json', watchFiles: [file] };
      });
    },
  };
}

/**
 * @param {string} text
 * @param {string} file as it is to be named in a fault
 * @returns {{ value: unknown, faults: import('esbuild').PartialMessage[] }} faults: lines from 1, columns from 0, as esbuild wants them
 */
function parseYaml(text, file) {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, prettyErrors: false });
  const lines = text.split('\n');
  const faults = [...document.errors, ...document.warnings].map(({ message, pos }) => {
    const { line, col } = lineCounter.linePos(pos[0]);
    return { text: message, location: { file, line, column: col - 1, lineText: lines[line - 1] ?? '' } };
  });
  return { value: faults.length > 0 ? undefined : (document.toJS() ?? null), faults };
}
