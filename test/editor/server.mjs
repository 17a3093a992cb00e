import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { cacheFolder } from '../../src/build/cache.mjs';
import { installServer } from './install-server.mjs';

const secondsToStart = 120;

/** Quiet, offline, and without watching 80,000 files of a kernel tree. */
const quietSettings = {
  'workbench.startupEditor': 'none',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.enableExperiments': false,
  'window.commandCenter': false,
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': 'off',
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'git.autoRepositoryDetection': false,
  'typescript.disableAutomaticTypeAcquisition': true,
  'files.watcherExclude': { '**': true },
};

/**
 * @typedef {object} Server
 * @property {number} port
 * @property {(folder: string | undefined, payload?: [string, string][]) => string} url the workbench on a folder; payload: what the desktop would get as arguments
 * @property {(file: string) => string} remote the address under which the workbench knows a file of this machine
 * @property {Promise<number | null>} ended resolves when the server's process is over, however that came
 * @property {() => Promise<void>} stop ends the server with all its children and removes its temporary files
 */

/**
 * Starts a VS Code server on a free port of this machine alone.
 * @param {{ userDataDir?: string, extensionsDir?: string, settings?: object, env?: Record<string, string>, port?: number, forPeople?: boolean }} [options]
 *   without folders of their own, user data and extensions are thrown away at the end; `forPeople` gives up what tests
 *   need (a development extension named in the address), which would keep the workbench from showing notifications
 * @returns {Promise<Server>}
 */
export async function startServer(options = {}) {
  const { node, main } = await installServer();
  const temporary = mkdtempSync(path.join(tmpdir(), 'kernlens-vscode-'));
  const userData = options.userDataDir ?? path.join(temporary, 'data');
  const extensions = options.extensionsDir ?? path.join(temporary, 'extensions');
  mkdirSync(extensions, { recursive: true });
  writeSettings(userData, options.settings);

  const log = path.join(temporary, 'server.log');
  const logHandle = openSync(log, 'a');
  const program = spawn(node, [main, ...serverArguments(options, temporary, userData, extensions)], {
    env: {
      ...process.env,
      ...privateFolders(temporary),
      ...options.env,
      EXTENSIONS_GALLERY: '{}',
      BROWSER: '/bin/false',
    },
    stdio: ['ignore', 'pipe', logHandle],
    detached: true, // a process group of its own: extension hosts outlive the server otherwise
  });
  closeSync(logHandle);
  const ended = new Promise((resolve) => program.once('exit', resolve));
  const stop = stopper(program, ended, temporary);
  try {
    const port = await listeningPort(program, log);
    return {
      port,
      ended,
      stop,
      remote: (file) => remote(port, file),
      url: (folder, payload) => url(port, folder, payload),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * @param {string} userData
 * @param {object} [settings]
 */
function writeSettings(userData, settings) {
  const file = path.join(userData, 'User/settings.json');
  if (existsSync(file)) return;
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify({ ...quietSettings, ...settings }, null, 2));
}

/**
 * @param {{ port?: number, forPeople?: boolean }} options
 * @param {string} temporary
 * @param {string} userData
 * @param {string} extensions
 */
function serverArguments({ port = 0, forPeople = false }, temporary, userData, extensions) {
  return [
    ['--host', '127.0.0.1', '--port', String(port), '--without-connection-token', '--accept-server-license-terms'],
    ['--server-data-dir', temporary, '--user-data-dir', userData, '--extensions-dir', extensions],
    ['--disable-telemetry', '--telemetry-level', 'off', '--disable-workspace-trust'],
    forPeople ? [] : ['--enable-smoke-test-driver'], // without it a built workbench ignores extensionTestsPath and its like
  ].flat();
}

/**
 * Sockets and caches of the server, kept out of the user's folders; the project's own cache stays where it is.
 * @param {string} temporary
 */
function privateFolders(temporary) {
  return {
    KERNLENS_CACHE: cacheFolder(),
    XDG_CACHE_HOME: path.join(temporary, 'cache'),
    TMPDIR: temporary,
    XDG_RUNTIME_DIR: temporary,
    XDG_CONFIG_HOME: path.join(temporary, 'config'),
    XDG_DATA_HOME: path.join(temporary, 'share'),
  };
}

/**
 * @param {import('node:child_process').ChildProcess} program
 * @param {string} log
 * @returns {Promise<number>}
 */
function listeningPort(program, log) {
  return new Promise((resolve, reject) => {
    const fail = (/** @type {string} */ why) => reject(new Error(`VS Code's server ${why}; its log: ${log}`));
    const timer = setTimeout(() => fail(`said no port in ${secondsToStart} s`), secondsToStart * 1000);
    let said = '';
    program.stdout?.on('data', (chunk) => {
      said = (said + chunk).slice(-4000);
      const port = /agent listening on (\d+)/.exec(said)?.[1];
      if (port === undefined) return;
      clearTimeout(timer);
      resolve(Number(port));
    });
    program.once('error', (error) => fail(`did not start: ${error.message}`));
    program.once('exit', (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}: ${said.trim()}`);
    });
  });
}

/**
 * @param {import('node:child_process').ChildProcess} program
 * @param {Promise<unknown>} ended
 * @param {string} temporary
 */
function stopper(program, ended, temporary) {
  const signalGroup = (/** @type {NodeJS.Signals} */ signal) => {
    try {
      if (program.pid !== undefined) process.kill(-program.pid, signal);
    } catch {
      // no process of the group is left
    }
  };
  const onExit = () => signalGroup('SIGKILL');
  process.once('exit', onExit);
  const stop = async () => {
    signalGroup('SIGTERM');
    await Promise.race([ended, sleep(3000, undefined, { ref: false })]);
    signalGroup('SIGKILL');
    process.off('exit', onExit);
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  /** @type {Promise<void> | undefined} */
  let stopped;
  return () => (stopped ??= stop());
}

/**
 * @param {number} port
 * @param {string} file
 */
function remote(port, file) {
  return `vscode-remote://127.0.0.1:${port}${encodeURI(file)}`;
}

/**
 * @param {number} port
 * @param {string | undefined} folder
 * @param {[string, string][]} [payload]
 */
function url(port, folder, payload = []) {
  const what =
    folder === undefined
      ? 'ew=true'
      : `${folder.endsWith('.code-workspace') ? 'workspace' : 'folder'}=${encodeURIComponent(folder)}`;
  const all = [['skipWelcome', 'true'], ['skipReleaseNotes', 'true'], ...payload];
  return `http://127.0.0.1:${port}/?${what}&payload=${encodeURIComponent(JSON.stringify(all))}`;
}
