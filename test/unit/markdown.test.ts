import assert from 'node:assert/strict';
import { test } from 'node:test';
import { code, type Explanation } from '../../src/core/report/explanation.ts';
import { toMarkdown } from '../../src/core/report/markdown.ts';

const explanation: Explanation = {
  title: 'f, a_label',
  place: { file: 'net/a.c', line: 3 },
  sections: [
    {
      id: 'ways',
      heading: 'What leads here',
      items: [
        {
          text: `${code('goto a_label')} *not* <b>markup</b> [x](command:evil)`,
          place: { file: 'net/a.c', line: 9 },
          items: [{ text: `${code('a `tick` *p')} is true` }],
        },
      ],
    },
    { id: 'counters', heading: 'Counters', items: [{ text: code('TcpExtX'), copy: 'nstat -az TcpExtX' }] },
  ],
};

test('source text can not become markup', () => {
  assert.equal(
    toMarkdown(explanation),
    [
      '# f, a_label',
      'net/a.c:3',
      '## What leads here',
      '- `goto a_label` \\*not\\* \\<b\\>markup\\</b\\> \\[x\\](command:evil) (net/a.c:9)\n' +
        "  - `a 'tick' *p` is true",
      '## Counters',
      '- `TcpExtX`\n\n  ```sh\n  nstat -az TcpExtX\n  ```',
    ].join('\n\n'),
  );
});

test('places become links where the reader can follow them, sections can be left out', () => {
  const text = toMarkdown(explanation, {
    linkTo: ({ file, line }) => `x:${file}#${line}`,
    only: ['counters'],
    level: 3,
  });
  assert.match(text, /^### f, a_label\n\n\[net\/a\.c:3\]\(x:net\/a\.c#3\)\n\n#### Counters/);
  assert.doesNotMatch(text, /leads here/);
});
