import type { Decoded, Frame, SourceLine } from '../model.ts';
import { frameDoubts, framePlace } from './frame-place.ts';
import { escapeText } from './markdown.ts';
import { english, type Say } from './say.ts';

/**
 * A decoded trace the way scripts/decode_stacktrace.sh writes one, section by section:
 * `tcp_v4_rcv (include/net/dst.h:455 net/ipv4/tcp_ipv4.c:2149) mod`, innermost place first, `?` before doubtful frames.
 * Lines that are not exact say so behind.
 */
export function traceAsText(decoded: Decoded, say: Say = english): string {
  return decoded.sections
    .map(({ title, frames }) => [`${title}:`, ...frames.map((frame) => frameText(frame, say))].join('\n'))
    .join('\n\n');
}

function frameText(frame: Frame, say: Say): string {
  const places =
    frame.locations.length > 0 ? frame.locations : [framePlace(frame)].filter((place) => place !== undefined);
  const where = places.length === 0 ? '' : ` (${places.map(placeText).join(' ')})`;
  const module = frame.module === undefined ? '' : ` ${frame.module}`;
  // As that script does: with its line known, a frame's offset says nothing more.
  const name = frame.locations.length > 0 && frame.certainty !== 'definition' ? frame.function : symbolText(frame);
  return ` ${frame.reliable ? '' : '? '}${name}${where}${module}${frameDoubts({ ...frame, reliable: true }, say)}`;
}

/** A decoded trace as Markdown for a ticket or a mail: the build, the incidents, then a list for each section. */
export function traceAsMarkdown(decoded: Decoded, title: string, say: Say = english): string {
  const { build, sections, incidents } = decoded;
  return [
    `## ${escapeText(title)}`,
    escapeText(say('build: {0} ({1})', build.verdict, build.why)),
    ...(incidents.length === 0 ? [] : [escapeText(say('incidents: {0}', incidents.join(', ')))]),
    ...sections.map((section) => sectionMarkdown(section.title, section.frames, say)),
  ].join('\n\n');
}

function sectionMarkdown(title: string, frames: readonly Frame[], say: Say): string {
  const items = frames.map((frame, index) => {
    const place = framePlace(frame);
    const where = place === undefined ? '' : ` \`${placeText(place)}\``;
    const sites = frame.sites.map((site) => ` \`${site}\``).join('');
    return `${index + 1}. \`${symbolText(frame)}\`${where}${escapeText(frameDoubts(frame, say))}${sites}`;
  });
  return [`### ${escapeText(title)}`, '', ...items].join('\n');
}

function symbolText({ function: name, offset, size, address, text }: Frame): string {
  if (name === undefined) return address ?? text;
  const at = offset === undefined ? '' : `+0x${offset.toString(16)}`;
  return `${name}${at}${size === undefined ? '' : `/0x${size.toString(16)}`}`;
}

const placeText = ({ file, line }: SourceLine): string => `${file}:${line}`;
