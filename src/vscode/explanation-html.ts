import type { Explanation, Item } from '../core/report/explanation.ts';

export interface PageParts {
  readonly styleUri: string;
  readonly scriptUri: string;
  readonly cspSource: string;
  readonly language: string;
  readonly labels: {
    readonly copyAll: string;
    readonly copy: string;
    readonly probes: readonly { readonly tool: string; readonly label: string }[];
  };
}

/** The explanation page. Everything that came from the tree is escaped; only our own script runs. */
export function explanationHtml(explanation: Explanation, parts: PageParts): string {
  const sections = explanation.sections
    .map(
      (section) =>
        `<section aria-labelledby="s-${section.id}"><h2 id="s-${section.id}">${inline(section.heading)}</h2>${list(section.items, parts)}</section>`,
    )
    .join('\n');
  const { place } = explanation;
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
<p>${placeLink(place.file, place.line)}</p>
<div class="actions">
<button data-do="copy-all">${escape(parts.labels.copyAll)}</button>
${parts.labels.probes.map(({ tool, label }) => `<button data-do="probe" data-tool="${escape(tool)}">${escape(label)}</button>`).join('\n')}
</div>
</header>
${sections}
</main>
<script src="${parts.scriptUri}"></script>
</body>
</html>`;
}

function list(items: readonly Item[], parts: PageParts): string {
  if (items.length === 0) return '';
  const rows = items.map((item) => {
    const place = item.place === undefined ? '' : ` ${placeLink(item.place.file, item.place.line)}`;
    const copy =
      item.copy === undefined
        ? ''
        : `<pre><code>${escape(item.copy)}</code></pre><button data-do="copy" data-text="${escape(item.copy)}">${escape(parts.labels.copy)}</button>`;
    return `<li>${inline(item.text)}${place}${copy}${list(item.items ?? [], parts)}</li>`;
  });
  return `<ul>${rows.join('')}</ul>`;
}

function placeLink(file: string, line: number): string {
  return `<a href="#" data-do="go" data-file="${escape(file)}" data-line="${line}">${escape(`${file}:${line}`)}</a>`;
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
