import { readFile } from 'node:fs/promises';
import { text as textOfStream } from 'node:stream/consumers';
import type { DecodeRequest } from '../../core/engine.ts';
import type { Decoded } from '../../core/model.ts';
import { decodedText, sitesText } from '../../core/report/decoded-text.ts';
import { decodeOnDisk } from '../../host/decode.ts';
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
      const request = await requestFor(call, input);
      const decoded = request && (call.json ? await decodeWhole(call, request) : await printDecoded(call, request));
      failed ||= decoded === undefined;
      if (decoded !== undefined && call.json)
        call.print(JSON.stringify(inputs.length > 1 ? { input, ...decoded } : decoded));
    }
    return failed ? status.bad : status.done;
  },
};

async function requestFor(call: Call, input: string): Promise<DecodeRequest | undefined> {
  const pasted = await readInput(call, input);
  if (pasted === undefined) return undefined;
  const engine = text(call, 'engine') ?? 'builtin';
  if (engine !== 'builtin' && engine !== 'faddr2line') throw new UsageError('--engine is builtin or faddr2line');
  const vmlinux = text(call, 'vmlinux');
  const modules = text(call, 'modules');
  return {
    text: pasted,
    engine,
    debuginfod: call.options['debuginfod'] === true,
    ...(vmlinux === undefined ? {} : { vmlinux }),
    ...(modules === undefined ? {} : { modules }),
  };
}

const decodeWhole = async (call: Call, request: DecodeRequest): Promise<Decoded | undefined> =>
  call.accept(await call.engine.decode(request, call.context));

/** For people the lines come first: what the debug info says is there long before the source is read for sites. */
async function printDecoded(call: Call, request: DecodeRequest): Promise<Decoded | undefined> {
  const lines = request.engine === 'builtin' ? await decodeLines(call, request) : undefined;
  if (lines === undefined) {
    const decoded = await decodeWhole(call, request);
    if (decoded !== undefined) call.print(decodedText(decoded));
    return decoded;
  }
  call.print(decodedText(lines));
  const decoded = call.accept(await call.engine.traceSites({ decoded: lines }, call.context));
  const sites = decoded === undefined ? '' : sitesText(decoded);
  if (sites !== '') call.print(sites);
  return lines;
}

/** Undefined when the debug info leaves a frame open: then the source is asked too. */
async function decodeLines(call: Call, request: DecodeRequest): Promise<Decoded | undefined> {
  const { signal } = call.context;
  const outcome = await decodeOnDisk(
    { ...request, engine: 'builtin', tree: call.root, linesOnly: true },
    signal instanceof AbortSignal ? { signal } : {},
  );
  const frames = outcome.value?.sections.flatMap((section) => section.frames) ?? [];
  const isWhole = frames.length > 0 && frames.every((frame) => frame.certainty !== 'none');
  return isWhole ? call.accept(outcome) : undefined;
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
