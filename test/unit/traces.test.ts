import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { Frame } from '../../src/core/model.ts';
import { dialects } from '../../src/core/traces/dialects/table.ts';
import { readTrace } from '../../src/core/traces/read-trace.ts';

/**
 * Each fixture is a trace with what is read drawn beneath its lines: carets under the symbol, then role and details.
 * Drawing anew what was read must give the fixture; KERNLENS_UPDATE=1 writes it so, for review in the diff.
 */
const folder = path.join(process.cwd(), 'test/fixtures/traces');
const formats = new Set<string>();

for (const name of readdirSync(folder).filter((file) => file.endsWith('.txt'))) test(name, () => check(name));

test('every dialect has a fixture', () => {
  const missing = dialects.filter(({ id }) => !formats.has(id));
  assert.deepEqual(
    missing.map(({ id }) => id),
    [],
  );
});

function check(name: string): void {
  const file = path.join(folder, name);
  const fixture = readFileSync(file, 'utf8');
  const drawn = draw(
    fixture
      .split('\n')
      .filter((line) => !isDrawing(line))
      .join('\n'),
  );
  if (process.env['KERNLENS_UPDATE'] === '1') writeFileSync(file, drawn);
  else assert.equal(drawn, fixture);
}

const isDrawing = (line: string): boolean => line.trimStart().startsWith('^') || line.startsWith('#>');

function draw(text: string): string {
  const { value: trace, problems } = readTrace(text);
  assert.deepEqual(problems, []);
  const below = new Map<number, string[]>();
  const add = (line: number, drawing: string): void => {
    below.set(line, [...(below.get(line) ?? []), drawing]);
  };
  for (const section of trace.sections) {
    const first = section.frames[0];
    if (first !== undefined)
      add(first.line, `#> section: ${section.title}${section.interleaved === true ? ', interleaved' : ''}`);
    for (const frame of section.frames) add(frame.line, drawFrame(frame));
  }
  for (const { line, ...drop } of trace.drops) add(line, `#> drop: ${JSON.stringify(drop)}`);
  formats.add(trace.format);
  const lines = text.split('\n').flatMap((line, index) => [line, ...(below.get(index + 1) ?? [])]);
  const facts = Object.entries({ format: trace.format, arch: trace.arch, ...trace.banner });
  const foot = facts.flatMap(([key, value]) => (value === undefined ? [] : [`#> ${key}: ${value}`]));
  return `${lines.join('\n').trimEnd()}\n${foot.join('\n')}\n`;
}

function drawFrame(frame: Frame): string {
  const [start, end] = frame.column ?? [1, 1];
  const details = [
    frame.role,
    frame.reliable ? '' : 'unreliable',
    frame.inlined ? 'inlined' : '',
    symbolOf(frame),
    frame.module === undefined ? '' : `[${frame.module}]`,
    frame.buildId ?? '',
    frame.address === undefined ? '' : `address ${frame.address}`,
    frame.stated === undefined ? '' : `at ${frame.stated.file}:${frame.stated.line}`,
  ];
  // A symbol that starts the line is drawn from its first column on, others behind the mark of a drawing.
  const blanks = start < 3 ? ' '.repeat(start - 1) : `#>${' '.repeat(start - 3)}`;
  return `${blanks}${'^'.repeat(end - start)} ${details.filter((detail) => detail !== '').join(' ')}`;
}

function symbolOf({ function: name, offset, size }: Frame): string {
  if (name === undefined) return '';
  return `${name}${offset === undefined ? '' : `+${offset}`}${size === undefined ? '' : `/${size}`}`;
}
