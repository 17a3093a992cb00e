import type { FrameRole, SourceLine } from '../../model.ts';
import type { TraceLine } from '../envelope/trace-lines.ts';
import type { Banner } from '../trace.ts';

/** A frame as one line of text gives it. Indices count from 0 in the line's text, end exclusive. */
export interface FrameReading {
  readonly start: number;
  readonly end: number;
  readonly name?: string;
  readonly offset?: number;
  readonly size?: number;
  readonly module?: string;
  readonly buildId?: string;
  /** Lower-case hex without 0x. */
  readonly address?: string;
  readonly reliable: boolean;
  readonly inlined?: boolean;
  readonly role: FrameRole;
  readonly stated?: SourceLine;
}

/** A packet's end as one event of a tool tells it. */
export interface DropReading {
  /** A RST that is sent; absent for a drop. */
  readonly kind?: 'reset';
  readonly name?: string;
  readonly offset?: number;
  readonly address?: string;
  readonly reason?: string;
  readonly reasonNumber?: number;
}

/** What a dialect makes of a line. A reading without any field is "mine, but nothing to keep". */
export interface Reading {
  /** This line opens a section of that title. */
  readonly section?: string;
  readonly frames?: readonly FrameReading[];
  readonly banner?: Banner;
  readonly arch?: string;
  /** The task that the report is about, as printed: `CPU: 1 PID: 712`. */
  readonly task?: string;
  readonly drop?: DropReading;
  /** Told a line later of the drop before. */
  readonly amendsDrop?: DropReading;
  /** Told a line later of the frame before. */
  readonly amends?: { readonly stated?: SourceLine; readonly inlined?: true };
  /** What follows belongs to no section any more. */
  readonly ends?: boolean;
}

/** What came before in the section that a line may continue. */
export interface Context {
  /** The line before this one was read by the same dialect. */
  readonly continues: boolean;
  /** A section of this dialect is open; it may have no frames yet. */
  readonly open: boolean;
  /** Frames in the open section so far; 0 when the next frame opens it. */
  readonly depth: number;
  /** The open section's title. */
  readonly title?: string;
  /** The last frame of the open section. */
  readonly previous?: FrameReading;
}

/**
 * One way of printing stacks. A dialect knows its own lines by marks of its own and leaves all others alone, so that
 * a paste that mixes tools is read line by line by the right one; the number base is the dialect's, never the token's.
 */
export interface Dialect {
  readonly id: string;
  /** The title of a section that no line names. */
  readonly title: string;
  /** A blank line ends the section (true for tools that print one stack after another). */
  readonly blankEnds: boolean;
  /** Undefined when the line isn't in this dialect. */
  readonly read: (line: TraceLine, context: Context) => Reading | undefined;
}
