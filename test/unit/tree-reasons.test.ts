import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluate } from '../../src/core/tree/constants.ts';
import { readReasons } from '../../src/core/tree/reasons.ts';
import { tokenize } from '../../src/core/tree/tokens.ts';
import { memoryFiles } from '../lab/memory-files.ts';

const core = `
#define ALL_REASONS(FN) FN(NO_SOCKET) FN(TCP_CSUM)
enum skb_drop_reason {
	/** @SKB_NOT_DROPPED_YET: not dropped */
	SKB_NOT_DROPPED_YET = 0,
	SKB_CONSUMED,
	/**
	 * @SKB_DROP_REASON_NO_SOCKET: nobody listens,
	 * neither here nor there
	 */
	SKB_DROP_REASON_NO_SOCKET, /* a remark, with a comma */
	SKB_DROP_REASON_TCP_CSUM,
	SKB_DROP_REASON_MAX,
	SKB_DROP_REASON_SUBSYS_MASK = 0xffff0000,
};
#define SKB_DROP_REASON_SUBSYS_SHIFT 16
`;
const subsystems = `
/** enum skb_drop_reason_subsys - tags */
enum skb_drop_reason_subsys {
	SKB_DROP_REASON_SUBSYS_CORE,
	/** @SKB_DROP_REASON_SUBSYS_TOY: a toy's reasons, see net/toy/drop.h */
	SKB_DROP_REASON_SUBSYS_TOY,
};
`;
const toy = `
#define TOY_REASONS(R)	\\
	R(TOY_BROKEN)	\\
	/* 0x01 */	\\
	R(TOY_LOST)
enum toy_drop_reason {
	__TOY = SKB_DROP_REASON_SUBSYS_TOY << SKB_DROP_REASON_SUBSYS_SHIFT,
#define ENUM(x) x,
	TOY_REASONS(ENUM)
#undef ENUM
};
`;
const rst = 'enum sk_rst_reason { SK_RST_REASON_NOT_SPECIFIED, SK_RST_REASON_NO_SOCKET, SK_RST_REASON_MAX };\n';

test('reasons are counted as C counts them, over all headers that the tree points to', async () => {
  const files = memoryFiles({
    'include/net/dropreason-core.h': core,
    'include/net/dropreason.h': subsystems,
    'include/net/rstreason.h': rst,
    'net/toy/drop.h': toy,
  });
  const { value, problems } = await readReasons(files);
  const numbers = [...value.drop.values()].map(({ name, number }) => `${name} ${number}`);
  assert.deepEqual(numbers, [
    'SKB_NOT_DROPPED_YET 0',
    'SKB_CONSUMED 1',
    'SKB_DROP_REASON_NO_SOCKET 2',
    'SKB_DROP_REASON_TCP_CSUM 3',
    'TOY_BROKEN 65537',
    'TOY_LOST 65538',
  ]);
  const noSocket = value.drop.get('SKB_DROP_REASON_NO_SOCKET');
  assert.equal(noSocket?.doc, 'nobody listens, neither here nor there');
  assert.equal(core.split('\n')[(noSocket?.line ?? 0) - 1]?.trim().startsWith('SKB_DROP_REASON_NO_SOCKET,'), true);
  assert.deepEqual([...value.rst.keys()], ['SK_RST_REASON_NOT_SPECIFIED', 'SK_RST_REASON_NO_SOCKET']);
  assert.deepEqual(problems, []);
});

test('older trees keep the reasons in skbuff.h, still older ones have none', async () => {
  const older = memoryFiles({
    'include/linux/skbuff.h': 'enum skb_drop_reason { SKB_NOT_DROPPED_YET, SKB_DROP_REASON_X };',
  });
  assert.equal((await readReasons(older)).value.drop.get('SKB_DROP_REASON_X')?.number, 1);
  const none = await readReasons(memoryFiles({ 'include/linux/skbuff.h': 'struct sk_buff { int len; };' }));
  assert.deepEqual([none.value.drop.size, none.value.rst.size, none.problems], [0, 0, []]);
});

test('a number that cannot be counted is a problem, and so are those after it', async () => {
  const header = 'enum skb_drop_reason {\n A_REASON,\n B_REASON = UNHEARD_OF,\n C_REASON,\n D_REASON = 7 };';
  const { value, problems } = await readReasons(memoryFiles({ 'include/net/dropreason.h': header }));
  assert.deepEqual([...value.drop.keys()], ['A_REASON', 'D_REASON']);
  assert.deepEqual(problems, [{ kind: 'number-unknown', file: 'include/net/dropreason.h', line: 3, name: 'B_REASON' }]);
});

test('an enum that depends on the configuration is said to', async () => {
  const header = 'enum skb_drop_reason {\n A_REASON,\n#ifdef CONFIG_X\n B_REASON,\n#endif\n C_REASON };';
  const { problems } = await readReasons(memoryFiles({ 'include/net/dropreason.h': header }));
  assert.deepEqual(
    problems.map((problem) => problem.kind),
    ['number-conditional'],
  );
});

test('constant expressions have the precedence and the casts of C', () => {
  const constants = new Map([['SHIFT', 16]]);
  const cases: readonly (readonly [string, number | undefined])[] = [
    ['1 + 2 * 3', 7],
    ['1 << SHIFT | 3', 65539],
    ['(__force u32)(5) & 0xffff0000', 0],
    ['0xffff0000 & (3 << 16)', 196608],
    ['-1 + 010', 7],
    ['~0 & 0xf', 15],
    ['2u << 4', 32],
    ['UNKNOWN + 1', undefined],
    ['1 +', undefined],
    ['', undefined],
  ];
  for (const [text, value] of cases) assert.equal(evaluate(tokenize(text), constants), value, text);
});
