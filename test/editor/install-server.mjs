import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheFolder } from '../../src/build/cache.mjs';
import { fetchOnce } from '../../src/build/fetch-once.mjs';
import { installPackage, npm } from '../../src/build/npm.mjs';

/** The npm package whose lib/vscode is a complete VS Code server with its web workbench. */
const codeServer = '4.139.1';
/** The server calls module.registerHooks, which Node has since 22.15; VS Code builds for 24. */
const serverNode = '24.21.0';

/** Dependencies that are large or want a compiler, and that neither the workbench nor an extension host misses. */
const unneeded = [
  '@devcontainers/cli',
  '@github/copilot-sdk',
  '@microsoft/mxc-sdk',
  '@vscode/copilot-api',
  '@vscode/sandbox-runtime',
  '@vscode/sqlite3',
  '@vscode/windows-process-tree',
  '@vscode/windows-registry',
  'kerberos',
  'ssh2',
];
const unneededExtensions = ['copilot', 'mermaid-markdown-features'];

/**
 * Brings a VS Code server and a Node to run it, from the npm registry alone: no compiler, no root, no install scripts.
 * @returns {Promise<{ node: string, main: string }>} the program, and the script it is to run
 */
export async function installServer() {
  const place = path.join(cacheFolder(), 'vscode-server');
  const server = await fetchOnce(
    path.join(place, `code-server-${codeServer}`),
    `VS Code's server (code-server ${codeServer})`,
    fillServer,
  );
  return { node: await installNode(place), main: path.join(server, 'out/server-main.js') };
}

/** @param {string} place */
async function installNode(place) {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const folder = path.join(place, `node-${serverNode}`);
  await fetchOnce(folder, `Node ${serverNode} for the server`, (draft) => {
    installPackage(`${name}@${serverNode}`, draft);
  });
  return path.join(folder, 'node_modules', name, 'bin/node');
}

/** @param {string} folder */
function fillServer(folder) {
  const tarball =
    npm(['pack', `code-server@${codeServer}`, '--silent'], folder)
      .trim()
      .split('\n')
      .at(-1) ?? '';
  execFileSync('tar', ['xzf', tarball, '--no-same-owner', '--strip-components=3', 'package/lib/vscode'], {
    cwd: folder,
  });
  rmSync(path.join(folder, tarball));
  for (const name of unneededExtensions)
    rmSync(path.join(folder, 'extensions', name), { recursive: true, force: true });
  trimDependencies(folder);
  npm(['install', '--ignore-scripts', '--omit=dev', '--omit=optional'], folder);
  replaceNatives(folder);
}

/**
 * `npm ci` refuses the shipped lock as out of step; `npm install` keeps its versions all the same.
 * @param {string} folder
 */
function trimDependencies(folder) {
  const file = path.join(folder, 'package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  const lock = JSON.parse(readFileSync(path.join(folder, 'npm-shrinkwrap.json'), 'utf8'));
  for (const name of unneeded) delete manifest.dependencies[name];
  if (process.platform === 'linux') {
    // The file watcher's ready-made binary is an optional dependency, and those are left out.
    manifest.dependencies[`@parcel/watcher-linux-${process.arch}-glibc`] =
      lock.packages['node_modules/@parcel/watcher'].version;
  }
  writeFileSync(file, JSON.stringify(manifest, null, 2));
}

/**
 * Two native modules are not compiled. Plain JavaScript in their place keeps log files written and the console quiet.
 * @param {string} folder
 */
function replaceNatives(folder) {
  const modules = path.join(folder, 'node_modules/@vscode');
  copyFileSync(path.join(import.meta.dirname, 'spdlog-stand-in.cjs'), path.join(modules, 'spdlog/index.js'));
  writeFileSync(path.join(modules, 'native-watchdog/index.js'), 'exports.start = () => {};\n');
}
