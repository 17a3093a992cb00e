import type { Style } from './command.ts';

/** Colours for a terminal, nothing for a file or a pipe, and nothing where NO_COLOR asks for it. */
export function styleFor(stream: NodeJS.WriteStream): Style {
  const coloured = stream.isTTY && !process.env['NO_COLOR'];
  const wrap = (start: number, end: number) => (text: string) =>
    coloured ? `\u001b[${start}m${text}\u001b[${end}m` : text;
  return { bold: wrap(1, 22), dim: wrap(2, 22), red: wrap(31, 39), yellow: wrap(33, 39) };
}
