import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ways } from '../../src/core/engine.ts';
import type { Path } from '../../src/core/model.ts';
import { withContext } from '../../src/core/place-context.ts';
import { conditionText } from '../../src/core/report/path-text.ts';
import { holdsIn } from '../../src/core/tree/config-condition.ts';
import { memoryFiles } from '../lab/memory-files.ts';
import { testParser } from '../lab/parser.ts';

const config = 'CONFIG_INET=y\nCONFIG_IPV6=m\n# CONFIG_TCP_MD5SIG is not set\nCONFIG_HZ=250\nCONFIG_NAME="x"\n';

for (const [condition, holds] of [
  ['CONFIG_INET', true],
  ['CONFIG_TCP_MD5SIG', false],
  ['!(CONFIG_TCP_MD5SIG)', true],
  ['CONFIG_IPV6', false],
  ['CONFIG_IPV6_MODULE', true],
  ['IS_ENABLED(CONFIG_IPV6)', true],
  ['IS_BUILTIN(CONFIG_IPV6)', false],
  ['IS_MODULE(CONFIG_IPV6)', true],
  ['IS_REACHABLE(CONFIG_IPV6)', undefined],
  ['IS_REACHABLE(CONFIG_INET)', true],
  ['defined(CONFIG_INET) && !defined(CONFIG_TCP_MD5SIG)', true],
  ['defined CONFIG_INET', true],
  ['CONFIG_TCP_MD5SIG && __BIG_ENDIAN', false],
  ['CONFIG_INET || __BIG_ENDIAN', true],
  ['CONFIG_INET && __BIG_ENDIAN', undefined],
  ['BITS_PER_LONG == 64', undefined],
  ['CONFIG_INET == 1', undefined],
  ['(CONFIG_INET', undefined],
  ['', undefined],
  ['0', undefined],
  ['CONFIG_HZ', true],
] as const)
  test(`${condition || 'nothing'} is ${holds}`, () => assert.equal(holdsIn(condition, config), holds));

test('a path says whether the .config builds what it needs', async () => {
  const file = 'net/sample.c';
  const path: Path = {
    site: 'sample_rcv/drop/1',
    entry: { line: 3, kind: 'goto', text: 'goto drop;' },
    guards: [{ line: 2, text: 'bad', holds: true, preprocessor: ['CONFIG_INET'] }],
    preprocessor: ['CONFIG_TCP_MD5SIG', '__BIG_ENDIAN'],
  };
  const ways: Ways = { subject: { file, line: 4, function: 'sample_rcv' }, sites: [], paths: [path], callers: [] };
  const around = async (files: Readonly<Record<string, string>>): Promise<Path | undefined> =>
    (await withContext({ files: memoryFiles(files), parser: await testParser(), outlines: undefined }, ways)).paths[0];
  assert.deepEqual((await around({ '.config': config }))?.configured, { CONFIG_TCP_MD5SIG: false, CONFIG_INET: true });
  assert.equal((await around({}))?.configured, undefined);
  const configured = await around({ '.config': config });
  const texts = (path.preprocessor ?? []).map((condition) => conditionText(configured ?? path, condition));
  assert.deepEqual(texts, [
    'built only with CONFIG_TCP_MD5SIG: it is not, by the .config',
    'built only with __BIG_ENDIAN',
  ]);
});
