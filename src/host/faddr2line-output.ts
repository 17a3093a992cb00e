import type { Location } from '../core/model.ts';
import type { SymbolRequest } from '../core/symbols/symbolizer.ts';

/** A request as the script takes it. Its answer is headed by the same words. */
export function faddr2lineArgument(request: SymbolRequest): string {
  return `${request.function}+0x${request.offset.toString(16)}/0x${request.size.toString(16)}`;
}

/** What a run said. */
export interface Faddr2lineOutput {
  /** By argument: one inline chain for each symbol that fits, innermost first; paths as printed. */
  readonly chains: ReadonlyMap<string, readonly (readonly Location[])[]>;
  /** The text behind `ERROR: `, when the script gave up as a whole. */
  readonly error?: string;
}

/**
 * Reads the script's text (all versions): a header `name+0x10/0x20:`, then `fn at file:line` and `(inlined by) fn at
 * file:line` for each level, a blank line between answers. Lines without a known place (`??:0`, `??:?`) are left out,
 * and so are its remarks (`skipping ...`, `no match for ...`): a request without a chain was not matched.
 */
export function parseFaddr2line(stdout: string, stderr: string): Faddr2lineOutput {
  const chains = new Map<string, (readonly Location[])[]>();
  let key: string | undefined;
  let chain: Location[] = [];
  const finish = (): void => {
    if (key !== undefined && chain.length > 0) chains.set(key, [...(chains.get(key) ?? []), outermostLast(chain)]);
    key = undefined;
    chain = [];
  };
  for (const line of stdout.split('\n')) {
    const text = line.trim();
    if (text === '' || text.startsWith('skipping ')) finish();
    else if (isHeader(text)) {
      finish();
      key = text.slice(0, -1);
    } else {
      const location = readLocation(text);
      if (location !== undefined) chain.push(location);
    }
  }
  finish();
  const error = stderr.split('\n').find((line) => line.startsWith('ERROR: '));
  return { chains, ...(error === undefined ? {} : { error: error.slice(7) }) };
}

const isHeader = (text: string): boolean => text.endsWith(':') && text.includes('+') && !text.includes(' ');

/** All but the last level are inlined into the next. */
function outermostLast(chain: readonly Location[]): readonly Location[] {
  return chain.map((location, index) => ({ ...location, inlined: index < chain.length - 1 }));
}

/** `fn at file:12 (discriminator 3)`, `(inlined by) fn at file:12`, and the `fn in file:12` of older scripts. */
function readLocation(text: string): Location | undefined {
  const line = text.startsWith('(inlined by) ') ? text.slice(13) : text;
  const at = line.includes(' at ') ? line.indexOf(' at ') : line.indexOf(' in ');
  if (at <= 0) return undefined;
  const place = line.slice(at + 4).split(' ', 1)[0] ?? '';
  const colon = place.lastIndexOf(':');
  const number = Number(place.slice(colon + 1));
  const file = place.slice(0, colon);
  if (colon <= 0 || file.startsWith('??') || !Number.isInteger(number) || number <= 0) return undefined;
  return { function: line.slice(0, at), file, line: number, inlined: false };
}
