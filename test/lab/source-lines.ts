import { type Line1, line1 } from '../../src/core/base/position.ts';

/** Tells the first line of a source that holds a text, so that tests name lines by what stands on them. */
export function sourceLines(source: string): (text: string) => Line1 {
  const lines = source.split('\n');
  return (text) => {
    const index = lines.findIndex((line) => line.includes(text));
    if (index < 0) throw new Error(`no line holds ${text}`);
    return line1(index + 1);
  };
}
