import type { SourceLine } from '../model.ts';
import type { Explanation, Item, Section } from './explanation.ts';

/** How a place becomes a link target; undefined leaves plain text. */
export type LinkTo = (place: SourceLine) => string | undefined;

export interface MarkdownOptions {
  readonly linkTo?: LinkTo;
  /** Sections to leave out, e.g. in a hover. */
  readonly only?: readonly Section['id'][];
  /** The level of the title's heading; sections are one deeper. */
  readonly level?: number;
}

/** An explanation as Markdown. Text that isn't between backticks is escaped, so source can't become markup. */
export function toMarkdown(explanation: Explanation, options: MarkdownOptions = {}): string {
  const level = options.level ?? 1;
  const sections = explanation.sections.filter(({ id }) => options.only?.includes(id) ?? true);
  return [
    `${'#'.repeat(level)} ${escapeText(explanation.title)}`,
    placeText(explanation.place, options.linkTo),
    ...sections.map((section) => sectionText(section, level + 1, options.linkTo)),
  ].join('\n\n');
}

function sectionText(section: Section, level: number, linkTo: LinkTo | undefined): string {
  return `${'#'.repeat(level)} ${escapeText(section.heading)}\n\n${itemLines(section.items, '', linkTo).join('\n')}`;
}

function itemLines(items: readonly Item[], indent: string, linkTo: LinkTo | undefined): string[] {
  return items.flatMap((item) => {
    const place = item.place === undefined ? '' : ` (${placeText(item.place, linkTo)})`;
    const line = `${indent}- ${escapeText(item.text)}${place}`;
    const copy =
      item.copy === undefined ? [] : ['', `${indent}  \`\`\`sh`, `${indent}  ${item.copy}`, `${indent}  \`\`\``];
    return [line, ...copy, ...itemLines(item.items ?? [], `${indent}  `, linkTo)];
  });
}

function placeText(place: SourceLine, linkTo: LinkTo | undefined): string {
  const target = linkTo?.(place);
  const text = `${place.file}:${place.line}`;
  return target === undefined ? escapeText(text) : `[${escapeText(text)}](${target})`;
}

/** Escapes Markdown outside backticks and leaves what is between them alone; an underscore inside a word is none. */
export function escapeText(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((piece, index) => (index % 2 === 1 ? piece : piece.replace(/[\\*{}[\]<>#|!~]|(?<!\w)_|_(?!\w)/g, '\\$&')))
    .join('');
}
