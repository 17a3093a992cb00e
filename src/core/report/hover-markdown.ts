import type { SourceLine } from '../model.ts';
import type { Explanation, Item, Section } from './explanation.ts';
import { escapeText, type LinkTo } from './markdown.ts';
import { english, type Say } from './say.ts';

export interface HoverOptions {
  readonly linkTo: LinkTo;
  /** A link target that copies a shell command; without it no command is offered. */
  readonly linkToCopy?: (command: string) => string;
  readonly say?: Say;
}

/** Ways that a hover spells out; the page has them all. */
const spelledOut = 8;

/**
 * An explanation for reading at a glance, as Markdown: one line for what is one line on the page, places as bare line
 * numbers where they lie in the same file, and of an incident only what it means and what to do.
 */
export function toHoverMarkdown(explanation: Explanation, { linkTo, linkToCopy, say = english }: HoverOptions): string {
  const link = (place: SourceLine): string => {
    const near = place.file === explanation.place.file;
    const text = near ? String(place.line) : `${place.file}:${place.line}`;
    const target = linkTo(place);
    return target === undefined ? escapeText(text) : `[${escapeText(text)}](${target})`;
  };
  const parts = explanation.sections.map((section) => sectionText(section, { link, linkToCopy, say }));
  return [`**${escapeText(explanation.title)}**`, ...parts.filter((part) => part !== '')].join('\n\n');
}

interface Writer {
  readonly link: (place: SourceLine) => string;
  readonly linkToCopy: HoverOptions['linkToCopy'];
  readonly say: Say;
}

function sectionText({ id, heading, items }: Section, writer: Writer): string {
  const head = `**${escapeText(heading)}**`;
  switch (id) {
    case 'here':
      return items.map((item) => withPlace(item, writer)).join('  \n');
    case 'ways':
      return `${head}\n\n${waysText(items, writer)}`;
    case 'reason':
      return items.length === 1
        ? `${head}: ${items.map((item) => withPlace(item, writer)).join('')}`
        : `${head}\n\n${items.map((item) => `- ${withPlace(item, writer)}`).join('\n')}`;
    case 'counters':
    case 'sysctls':
    case 'tracepoints':
      return namesText(head, items, writer);
    case 'confirm':
      return items.map(({ text }) => `${head}: ${escapeText(text)}`).join('\n\n');
    case 'incident':
      return items.map((item) => incidentText(head, item, writer)).join('\n\n');
    // Long, or of no matter while reading source: the page has them.
    case 'chains':
    case 'built':
    case 'limits':
      return '';
  }
}

/** Names on one line, each with what copies its command; those that are documented below each other. */
function namesText(head: string, items: readonly Item[], writer: Writer): string {
  const { linkToCopy, say } = writer;
  const lines = items.map((item) => {
    const name = withPlace(nameOnly(item), writer);
    const copied =
      item.copy === undefined || linkToCopy === undefined ? '' : ` [${say('copy')}](${linkToCopy(item.copy)})`;
    const [passage] = item.items ?? [];
    return `${name}${copied}${passage === undefined ? '' : `: ${withPlace({ ...passage, text: briefly(passage.text) }, writer)}`}`;
  });
  const isDocumented = items.some((item) => item.items !== undefined);
  return isDocumented ? [`${head}\n`, ...lines.map((line) => `- ${line}`)].join('\n') : `${head}: ${lines.join(', ')}`;
}

/** As much as is read in passing; the place leads to the rest. */
const brief = 160;

function briefly(text: string): string {
  if (text.length <= brief) return text;
  const cut = text.slice(0, text.lastIndexOf(' ', brief));
  // A half of a piece of code would be none.
  return `${cut.split('`').length % 2 === 0 ? `${cut}\`` : cut} …`;
}

function waysText(items: readonly Item[], writer: Writer): string {
  const lines = items.slice(0, spelledOut).map((item) => {
    const details = (item.items ?? []).map((detail) => detailText(detail, writer));
    return `- ${[withPlace(item, writer), details.join(', ')].filter((part) => part !== '').join(': ')}`;
  });
  const left = items.length - lines.length;
  return [...lines, ...(left > 0 ? [`- ${writer.say('and {0} more', left)}`] : [])].join('\n');
}

/** A guard with its line; of folded detail only the lines. */
function detailText(item: Item, writer: Writer): string {
  if (item.folded !== true) return withPlace(item, writer);
  const places = (item.items ?? []).flatMap(({ place }) => (place === undefined ? [] : [writer.link(place)]));
  return `${escapeText(item.text)} (${places.join(', ')})`;
}

/** Its title and all that is said of it but the evidence, a paragraph each. */
function incidentText(head: string, item: Item, { say }: Writer): string {
  const sentences = (item.items ?? []).map(({ text }) => escapeText(text));
  return [say('{0}: {1}', head, escapeText(item.text)), ...sentences].join('\n\n');
}

/** Of something with a command to copy, its name: the first piece of code in the text. */
function nameOnly(item: Item): Item {
  const name = item.copy === undefined ? undefined : /`[^`]*`/.exec(item.text)?.[0];
  return name === undefined ? item : { ...item, text: name };
}

function withPlace({ text, place }: Item, { link }: Writer): string {
  return place === undefined ? escapeText(text) : `${escapeText(text)} (${link(place)})`;
}
