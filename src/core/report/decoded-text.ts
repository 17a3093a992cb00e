import type { Decoded, Drop, Frame, SourceLine } from '../model.ts';
import { english, type Say } from './say.ts';

/** A decoded trace for a terminal: one line a frame, its location behind it, how sure it is where it isn't exact. */
export function decodedText(decoded: Decoded, say: Say = english): string {
  const { build } = decoded;
  const head = [
    [decoded.format, decoded.release, decoded.arch].filter((part) => part !== undefined).join('  '),
    say('build: {0} ({1})', build.verdict, build.why),
  ];
  return [...head, ...decodedSections(decoded, say), ...dropLines(decoded, say), ...incidentLines(decoded, say)].join(
    '\n',
  );
}

/** What is known only after the lines: the frames that stand on sites, and the incidents; '' where there are none. */
export function sitesText(decoded: Decoded, say: Say = english): string {
  const onSites = decoded.sections.flatMap(({ frames }) => frames.filter(({ sites }) => sites.length > 0));
  const lines = onSites.flatMap((frame) => frameLines({ ...frame, locations: frame.locations.slice(-1) }, say));
  const drops = decoded.drops.filter(({ site, candidates }) => site !== undefined || candidates !== undefined);
  return [
    ...(lines.length === 0 ? [] : ['', ...new Set(lines)]),
    ...dropLines({ ...decoded, drops }, say),
    ...incidentLines(decoded, say),
  ].join('\n');
}

const incidentLines = ({ incidents }: Decoded, say: Say): readonly string[] =>
  incidents.length === 0 ? [] : ['', say('incidents: {0}', incidents.join(', '))];

function decodedSections(decoded: Decoded, say: Say): readonly string[] {
  return decoded.sections.flatMap((section) => [
    '',
    section.title,
    ...section.frames.flatMap((frame) => frameLines(frame, say)),
  ]);
}

function frameLines(frame: Frame, say: Say): string[] {
  const name = frame.function ?? frame.address ?? frame.text;
  const at = frame.offset === undefined ? '' : `+0x${frame.offset.toString(16)}`;
  const module = frame.module === undefined ? '' : ` [${frame.module}]`;
  const doubt = frame.reliable ? '' : say(' (unreliable)');
  const [innermost, ...outer] = frame.locations;
  const places = innermost === undefined ? elsewhereText(frame, say) : placeText(innermost);
  const sites = frame.sites.length === 0 ? '' : `  ${say('site {0}', frame.sites.join(', '))}`;
  const lines = [`  ${name}${at}${module}${doubt}  ${places}${certaintyText(frame, say)}${sites}`];
  for (const location of outer)
    lines.push(`      ${say('inlined into {0}', location.function)}  ${placeText(location)}`);
  return lines;
}

const placeText = (place: SourceLine): string => `${place.file}:${place.line}`;

/** Where a frame without a line of its own may be, or where its text says it is: a file that the tree doesn't have. */
function elsewhereText({ candidates = [], stated }: Frame, say: Say): string {
  if (candidates.length > 0) return say('one of {0}', candidates.map(placeText).join(', '));
  return stated === undefined ? say('not found') : `${placeText(stated)}${say(' (as the trace says)')}`;
}

/** What packets ended at: places told more than once are counted. */
function dropLines({ drops }: Decoded, say: Say): readonly string[] {
  const counts = new Map<string, number>();
  for (const drop of drops) {
    const text = dropText(drop, say);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const lines = [...counts].map(([text, count]) => `  ${text}${count === 1 ? '' : `  x${count}`}`);
  return lines.length === 0 ? [] : ['', say('drops and resets'), ...lines];
}

function dropText(drop: Drop, say: Say): string {
  const { kind, function: name, offset, address, reason, reasonNumber, locations = [], site, candidates = [] } = drop;
  const at = offset === undefined ? '' : `+0x${offset.toString(16)}`;
  const own = locations.at(-1);
  const doubt = certaintyText({ certainty: drop.certainty ?? 'none' }, say);
  const parts = [
    kind === 'reset' ? say('RST') : say('drop'),
    name === undefined ? address : name + at,
    reason ?? reasonNumber?.toString(),
    own === undefined ? undefined : `${placeText(own)}${doubt}`,
    site === undefined ? undefined : say('site {0}', site),
    candidates.length === 0 ? undefined : say('one of {0}', candidates.join(', ')),
  ];
  return parts.filter((part) => part !== undefined).join('  ');
}

/** How sure the line is, or who says it, in words; nothing for an exact one. */
export function certaintyText(frame: Pick<Frame, 'certainty' | 'asStated'>, say: Say = english): string {
  if (frame.asStated === true) return say(' (as the trace says)');
  switch (frame.certainty) {
    case 'exact':
    case 'none':
      return '';
    case 'unverified':
      return say(' (build not proven)');
    case 'inferred':
      return say(' (inferred from source)');
    case 'definition':
      return say(' (the function, not the line)');
  }
}
