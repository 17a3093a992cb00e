import { Places, type Place } from './places.ts';
import { offsetIn, traceLines, type TraceLine } from './trace-lines.ts';
import { unwrap } from './unwrap.ts';

/** A pasted text as messages, each of whose characters can be found again where it was pasted. */
export interface PastedText {
  readonly lines: Iterable<TraceLine>;
  readonly lineCount: number;
  /** The place of an index into a line's text. */
  readonly place: (line: TraceLine, index: number) => Place;
}

/** Undoes what clipboards, mailers, terminals, log daemons and web pages put around and into a text. */
export function pastedText(pasted: string): PastedText {
  const { text, origin } = unwrap(pasted);
  const places = new Places(pasted);
  const place = (line: TraceLine, index: number): Place => {
    const offset = offsetIn(line, index);
    return places.at(origin === undefined ? offset : (origin[offset] ?? pasted.length));
  };
  return { lines: traceLines(text), lineCount: places.lineCount, place };
}
