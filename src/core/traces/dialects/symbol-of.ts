import type { SymbolToken } from '../symbol-token.ts';
import type { FrameReading } from './dialect.ts';

/** What a frame takes over from the symbol in its line. */
export function symbolOf({
  start,
  end,
  name,
  offset,
  size,
  module,
  buildId,
}: SymbolToken): Omit<FrameReading, 'reliable' | 'role'> {
  return {
    start,
    end,
    name,
    offset,
    ...(size === undefined ? {} : { size }),
    ...(module === undefined ? {} : { module }),
    ...(buildId === undefined ? {} : { buildId }),
  };
}
