import { spawn } from 'node:child_process';

/** Something the person in front of it can act on: what is wrong, and what to do. */
export class Failure extends Error {
  /** @param {string} what @param {string} next */
  constructor(what, next) {
    super(`${what}: ${next}`);
  }
}

/** @param {string} part @param {string} text */
export function say(part, text) {
  process.stdout.write(`${part}: ${text}\n`);
}

/**
 * Runs a program to its end.
 * @param {readonly [string, ...string[]]} command
 * @param {{ readonly cwd?: string, readonly env?: Readonly<Record<string, string>> }} [options]
 * @returns {Promise<{ readonly code: number, readonly stdout: string, readonly stderr: string }>}
 */
export function run([program, ...args], options = {}) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, LC_ALL: 'C', ...options.env };
    const child = spawn(program, args, { env, ...(options.cwd === undefined ? {} : { cwd: options.cwd }) });
    child.stdin.end();
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    child.on('error', () => reject(missing(program)));
    child.on('close', (code) => resolve({ code: code ?? 1, stdout: stdout(), stderr: stderr() }));
  });
}

/**
 * Like run, but a program that fails is a failure.
 * @param {readonly [string, ...string[]]} command
 * @param {string} next what to do about it
 * @param {Parameters<typeof run>[1]} [options]
 */
export async function must(command, next, options) {
  const result = await run(command, options);
  if (result.code !== 0) throw new Failure(`${command[0]} failed (${lastLine(result.stderr)})`, next);
  return result.stdout;
}

/**
 * Runs programs as a pipe, the last one's output thrown away. All must succeed.
 * @param {readonly (readonly [string, ...string[]])[]} commands
 * @param {string} next
 */
export async function pipe(commands, next) {
  const children = commands.map(([program, ...args]) => ({
    program,
    child: spawn(program, args, { env: { ...process.env, LC_ALL: 'C' } }),
  }));
  children.forEach(({ child }, index) => {
    child.stdin.on('error', () => {});
    const before = children[index - 1];
    if (before === undefined) child.stdin.end();
    else before.child.stdout.pipe(child.stdin);
  });
  children.at(-1)?.child.stdout.resume();
  await Promise.all(
    children.map(({ program, child }) => {
      const stderr = collect(child.stderr);
      return new Promise((resolve, reject) => {
        child.on('error', () => reject(missing(program)));
        child.on('close', (code) => {
          if (code === 0) resolve(undefined);
          else reject(new Failure(`${program} failed (${lastLine(stderr())})`, next));
        });
      });
    }),
  );
}

/** @param {string} program */
function missing(program) {
  const apt = program.startsWith('apt') || program.startsWith('dpkg');
  const next = apt
    ? 'this script unpacks Debian packages; run it on Debian or its kin, or point KERNLENS_TREES at a folder of trees'
    : `install it, e.g. apt-get install ${program}`;
  return new Failure(`${program} is missing`, next);
}

/** @param {import('node:stream').Readable} stream */
function collect(stream) {
  /** @type {Buffer[]} */
  const chunks = [];
  stream.on('data', (chunk) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

/** @param {string} text */
function lastLine(text) {
  return text.trim().split('\n').at(-1) ?? '';
}
