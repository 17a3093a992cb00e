import { isBlank, isModuleCharacter, isSymbolCharacter, skipBlanks, skipWhile } from '../character.ts';
import { findSymbolToken } from '../symbol-token.ts';
import type { Context, Dialect, FrameReading, Reading } from './dialect.ts';
import { eventLine, packetEnd } from './event-line.ts';
import { addressAt } from './frame-number.ts';

/**
 * perf script: an event's line, then `\tffffffff818acdab tcp_v4_rcv+0x99b ([kernel.kallsyms])`, offsets in hex,
 * modules as `(nf_conntrack.ko)` or `([nf_conntrack])`. Frames of user space are left out.
 */
export const perfScript: Dialect = {
  id: 'perf',
  title: 'perf script',
  blankEnds: true,
  read: ({ text }, context) => frameLine(text, context) ?? headLine(text),
};

function headLine(text: string): Reading | undefined {
  const line = eventLine(text);
  if (line?.tool !== 'perf') return undefined;
  const end = packetEnd(text);
  return { section: line.event, ...(end === undefined ? {} : { drop: end.drop }) };
}

function frameLine(text: string, context: Context): Reading | undefined {
  const start = skipBlanks(text, 0);
  const address = start === 0 ? undefined : columnAt(text, start);
  if (address === undefined || !text.endsWith(')')) return undefined;
  const symbol = skipBlanks(text, address.end);
  const place = text.lastIndexOf(' (');
  if (symbol === address.end || place < symbol) return undefined;
  const image = imageOf(text.slice(place + 2, -1));
  if (image === undefined) return {};
  const frame = frameOf(text, symbol, place, address.address, context);
  return frame === undefined ? {} : { frames: [{ ...frame, ...image }] };
}

/** User-space addresses are short: any number of digits goes here. */
function columnAt(text: string, at: number): { readonly address: string; readonly end: number } | undefined {
  const end = skipWhile(text, at, (code) => !isBlank(code), 17);
  const address = text.slice(at, end).toLowerCase();
  return addressAt(address.padStart(8, '0'), 0)?.address.endsWith(address) === true ? { address, end } : undefined;
}

/** What is in the parentheses: nothing to add for the kernel itself, a module, or undefined for user space. */
function imageOf(dso: string): { readonly module?: string; readonly inlined?: true } | undefined {
  if (dso === 'inlined') return { inlined: true };
  const name = dso.slice(dso.lastIndexOf('/') + 1);
  if (name.startsWith('[kernel') || name.startsWith('[guest.kernel') || name.startsWith('vmlinux')) return {};
  const ko = name.indexOf('.ko');
  if (ko > 0) return { module: name.slice(0, ko).replaceAll('-', '_') };
  const module = name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : '';
  const isModule = module !== '' && skipWhile(module, 0, isModuleCharacter) === module.length;
  return isModule && !userMappings.has(module) ? { module } : undefined;
}

const userMappings: ReadonlySet<string> = new Set(['unknown', 'vdso', 'vsyscall', 'heap', 'stack', 'anon']);

function frameOf(text: string, at: number, to: number, address: string, context: Context): FrameReading | undefined {
  const token = findSymbolToken(text, at);
  const end = token?.start === at ? token.end : skipWhile(text, at, isSymbolCharacter, 512);
  if (end !== to || end === at) return undefined;
  // A counter's sample is where the processor was; probes and tracepoints report a call.
  const sampled = context.depth === 0 && context.title !== undefined && !context.title.includes(':');
  return {
    start: at,
    end,
    address,
    reliable: true,
    role: sampled ? 'pc' : 'call',
    ...(token?.start === at ? { name: token.name, offset: token.offset } : { name: text.slice(at, end) }),
  };
}
