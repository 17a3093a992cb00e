import type { SourceLine } from '../core/model.ts';
import type { Explanation, Item } from '../core/report/explanation.ts';

export interface PageParts {
  readonly styleUri: string;
  readonly scriptUri: string;
  readonly cspSource: string;
  readonly language: string;
  readonly labels: {
    readonly actions: string;
    readonly copyAll: string;
    readonly copy: string;
    /** Absent where the page says already how a packet gets there. */
    readonly chains?: string;
    readonly probes: readonly { readonly tool: string; readonly label: string }[];
  };
}

/** The explanation page. Everything that came from the tree is escaped; only our own script runs. */
export function explanationHtml(explanation: Explanation, parts: PageParts): string {
  const { place } = explanation;
  const writer = { parts, file: place.file };
  const sections = explanation.sections
    .map(
      (section) =>
        `<section aria-labelledby="s-${section.id}"><h2 id="s-${section.id}">${inline(section.heading)}</h2>${list(section.items, writer)}</section>`,
    )
    .join('\n');
  return `<!DOCTYPE html>
<html lang="${parts.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${parts.cspSource}; script-src ${parts.cspSource}">
<link rel="stylesheet" href="${parts.styleUri}">
<title>${escape(explanation.title)}</title>
</head>
<body>
<main>
<header>
<h1>${inline(explanation.title)}</h1>
<p>${placeLink(place, undefined)}</p>
<div class="actions" role="toolbar" aria-label="${escape(parts.labels.actions)}">
<button data-do="copy-all">${escape(parts.labels.copyAll)}</button>
${parts.labels.chains === undefined ? '' : `<button data-do="chains">${escape(parts.labels.chains)}</button>`}
${parts.labels.probes.map(({ tool, label }) => `<button data-do="probe" data-tool="${escape(tool)}">${escape(label)}</button>`).join('\n')}
</div>
</header>
${sections}
</main>
<script src="${parts.scriptUri}"></script>
</body>
</html>`;
}

interface Writer {
  readonly parts: PageParts;
  /** The file that is explained; places in it are named by their line alone. */
  readonly file: string;
}

function list(items: readonly Item[], writer: Writer): string {
  return items.length === 0 ? '' : `<ul>${items.map((item) => `<li>${itemHtml(item, writer)}</li>`).join('')}</ul>`;
}

function itemHtml(item: Item, writer: Writer): string {
  const place = item.place === undefined ? '' : ` ${placeLink(item.place, writer.file)}`;
  const text = `${inline(item.text)}${place}`;
  const below = list(item.items ?? [], writer);
  if (item.folded === true) return `<details><summary>${text}</summary>${below}</details>`;
  return `${text}${copyHtml(item, writer.parts)}${below}`;
}

function copyHtml({ copy }: Item, { labels }: PageParts): string {
  if (copy === undefined) return '';
  const label = escape(`${labels.copy}: ${copy}`);
  return `<div class="command"><pre><code>${escape(copy)}</code></pre><button data-do="copy" data-text="${escape(copy)}" aria-label="${label}">${escape(labels.copy)}</button></div>`;
}

function placeLink({ file, line }: SourceLine, near: string | undefined): string {
  const whole = escape(`${file}:${line}`);
  const text = file === near ? String(line) : whole;
  return `<a href="#" data-do="go" data-file="${escape(file)}" data-line="${line}" title="${whole}" aria-label="${whole}">${text}</a>`;
}

/** Text with `code` between backticks. */
function inline(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((piece, index) => (index % 2 === 1 ? `<code>${escape(piece.slice(1, -1))}</code>` : escape(piece)))
    .join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
