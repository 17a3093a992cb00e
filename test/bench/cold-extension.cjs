// One cold start, measured inside a new process; prints milliseconds.
//   node cold-extension.cjs activation EXTENSION.cjs
//   node cold-extension.cjs lensSpots|titles WORKER.cjs ASSETS TREE
// oxlint-disable no-underscore-dangle -- nothing else can stand in for a module that only the editor has
const Module = require('node:module');
const path = require('node:path');
const { Worker } = require('node:worker_threads');

const [what, file, assets, tree] = process.argv.slice(2);

if (what === 'activation') console.log(activation());
else
  void firstLenses().then((milliseconds) => {
    console.log(milliseconds);
    process.exit();
  });

function activation() {
  const load = Module._load;
  const editor = standIn();
  Module._load = (request, ...rest) => (request === 'vscode' ? editor : load(request, ...rest));
  const started = performance.now();
  const extensionPath = path.dirname(path.dirname(file));
  const extensionUri = editor.Uri.file(extensionPath);
  const globalStorageUri = { fsPath: '/nowhere' };
  const workspaceState = { get: (_, otherwise) => otherwise, update: () => {} };
  require(file).activate({ subscriptions: [], extensionPath, extensionUri, globalStorageUri, workspaceState });
  return performance.now() - started;
}

/** An editor with nothing open: whatever is asked of it can be called, constructed and asked in turn. */
function standIn() {
  const known = { workspaceFolders: undefined, textDocuments: [], visibleTextEditors: [], activeTextEditor: undefined };
  const target = function () {};
  /** @type {object} */
  const anything = new Proxy(target, {
    get: (_, name) => {
      if (name in known) return known[name];
      if (name === 'prototype') return target.prototype;
      return name === Symbol.toPrimitive ? () => '' : name === 'then' ? undefined : anything;
    },
    set: () => true,
    apply: () => anything,
    construct: () => anything,
  });
  return anything;
}

async function firstLenses() {
  const started = performance.now();
  const worker = new Worker(file, { workerData: { assets } });
  worker.setMaxListeners(0);
  let id = 0;
  const ask = (question, request) =>
    new Promise((resolve, reject) => {
      const mine = ++id;
      worker.on('message', (message) => {
        if (message.id !== mine) return;
        if (message.type === 'answer') resolve(message.outcome.value);
        else if (message.type === 'failed') reject(new Error(message.message));
      });
      worker.postMessage({ type: 'ask', id: mine, root: tree, question, request });
    });
  const source = 'net/ipv4/tcp_ipv4.c';
  const spots = await ask('lensSpots', { file: source, density: 'all' });
  if (what === 'titles') await Promise.all(spots.map((spot) => ask('lens', { file: source, spot })));
  if (spots.length === 0) throw new Error('no lens was found');
  return performance.now() - started;
}
