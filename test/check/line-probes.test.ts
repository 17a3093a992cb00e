/**
 * Probes of sites at their own instructions: random sites of net/ in 6.1 with its debug kernel and modules. Says how many
 * can be attached exactly, and asks bpftrace whether it takes the scripts. Run by hand:
 *   npm run check:lines
 */
import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { openEngine } from '../../src/host/open-engine.ts';
import type { Context } from '../../src/core/engine.ts';
import { labPaths } from '../lab/paths.ts';
import { checkWithBpftrace, noBpftrace } from '../lab/probe-tools.ts';
import { randomFrom } from '../lab/random.ts';
import { treePath } from '../lab/trees.ts';

const { vmlinux, debugModules } = labPaths();
const tree = treePath('6.1');
const wanted = Number(process.env['SITES'] ?? 200);
const skip = noBpftrace || (tree === undefined ? 'no 6.1 tree: node test/lab/fetch.mjs trees' : false);

const context: Context = { signal: new AbortController().signal, progress: () => undefined };

test('random sites of net/ at their own instructions', { skip }, async (report) => {
  const engine = await openEngine(tree ?? '', { assets: path.join(process.cwd(), 'dist') });
  const files = (await engine.sourceFiles({ paths: [] }, context)).value ?? [];
  const random = randomFrom(11);
  const tally = new Map<string, number>();
  const refused: string[] = [];
  const scripts: Script[] = [];
  for (let asked = 0; asked < wanted;) {
    const file = files[Math.floor(random() * files.length)] ?? '';
    const sites = (await engine.sites({ file }, context)).value?.sites ?? [];
    const site = sites[Math.floor(random() * sites.length)];
    if (site === undefined) continue;
    asked++;
    const target = `${file}:${site.line}`;
    const answer = await engine.probe(
      { target, tool: 'bpftrace', vmlinux: vmlinux ?? '', modules: debugModules ?? '' },
      context,
    );
    const kind = kindOf(answer.value?.text ?? '', answer.problems);
    tally.set(kind, (tally.get(kind) ?? 0) + 1);
    if (kind !== exactKind) report.diagnostic(`${target}: ${kind}`);
    if (answer.value === undefined) refused.push(`${target}: ${JSON.stringify(answer.problems)}`);
    else scripts.push({ target, text: answer.value.text });
  }
  for (let from = 0; from < scripts.length; from += together)
    refused.push(...refusals(scripts.slice(from, from + together)));
  for (const [kind, count] of tally) report.diagnostic(`${kind}: ${count}`);
  report.diagnostic(`bpftrace takes ${wanted - refused.length} of ${wanted}`);
  for (const text of refused) report.diagnostic(text);
  assert.deepEqual(refused, []);
});

interface Script {
  readonly target: string;
  readonly text: string;
}

/** bpftrace takes a second to start, whatever it is given. */
const together = 10;

function refusals(scripts: readonly Script[]): readonly string[] {
  const joined = scripts.map(({ text }) => text.slice(text.indexOf('}\n') + 2)).join('\n');
  if (checkWithBpftrace(joined).accepted) return [];
  return scripts.flatMap(({ target, text }) => {
    const { accepted, output } = checkWithBpftrace(text);
    return accepted ? [] : [`${target}: ${output}`];
  });
}

const exactKind = 'at its own instructions';

function kindOf(text: string, problems: readonly { readonly kind: string }[]): string {
  if (/^kprobe:[\w.]+\+\d+/m.test(text)) return exactKind;
  const why = ['has code in', 'was built from other source', 'is not caught'].find((words) => text.includes(words));
  return `by its function: ${why ?? problems.map(({ kind }) => kind).join(', ')}`;
}
