import { readFile } from 'node:fs/promises';
import { text as textOfStream } from 'node:stream/consumers';
import type { Decoded } from '../../core/model.ts';
import { decodedText } from '../../core/report/decoded-text.ts';
import { type Call, type Command, status, text, UsageError } from '../command.ts';

export const decodeCommand: Command = {
  name: 'decode',
  usage:
    '[--tree DIR] [--vmlinux FILE] [--modules DIR] [--engine builtin|faddr2line] [--debuginfod] [--json] [FILE...|-]',
  summary: 'The source lines of a pasted kernel trace; - (or nothing) reads standard input.',
  options: {
    vmlinux: { type: 'string' },
    modules: { type: 'string' },
    engine: { type: 'string' },
    debuginfod: { type: 'boolean' },
  },
  needsTree: true,
  async run(call) {
    const inputs = call.words.length === 0 ? ['-'] : call.words;
    let failed = false;
    for (const input of inputs) {
      const decoded = await decodeInput(call, input);
      failed ||= decoded === undefined;
      if (decoded === undefined) continue;
      if (call.json) call.print(JSON.stringify(inputs.length > 1 ? { input, ...decoded } : decoded));
      else call.print(decodedText(decoded));
    }
    return failed ? status.bad : status.done;
  },
};

async function decodeInput(call: Call, input: string): Promise<Decoded | undefined> {
  const pasted = await readInput(call, input);
  if (pasted === undefined) return undefined;
  const engine = text(call, 'engine') ?? 'builtin';
  if (engine !== 'builtin' && engine !== 'faddr2line') throw new UsageError('--engine is builtin or faddr2line');
  const vmlinux = text(call, 'vmlinux');
  const modules = text(call, 'modules');
  return call.accept(
    await call.engine.decode(
      {
        text: pasted,
        engine,
        debuginfod: call.options['debuginfod'] === true,
        ...(vmlinux === undefined ? {} : { vmlinux }),
        ...(modules === undefined ? {} : { modules }),
      },
      call.context,
    ),
  );
}

async function readInput(call: Call, input: string): Promise<string | undefined> {
  try {
    return input === '-' ? await textOfStream(process.stdin) : await readFile(input, 'utf8');
  } catch (error) {
    call.complain(
      `${input} can not be read (${(error as NodeJS.ErrnoException).code ?? 'unknown'})`,
      'name a text file, or - for standard input',
    );
    return undefined;
  }
}
