import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitionHeads } from '../../src/core/symbols/definition-heads.ts';
import { mapToTree } from '../../src/core/symbols/map-to-tree.ts';

const source = `static int early(struct sk_buff *skb);
EXPORT_SYMBOL(early);
static int
early(struct sk_buff *skb)
{
	return late(skb);
}

static __always_inline void __printf(1, 2) late(const char *format, ...)
	__releases(lock)
{
}
int (*pointer)(int) = NULL;
#define macro(x) early(x)
SYSCALL_DEFINE3(connect, int, fd, struct sockaddr __user *, address,
		int, length)
{
}
DEFINE_IDTENTRY_SYSVEC(sysvec_timer)
{
}
SYM_CODE_START(asm_entry)
	ret
SYM_INNER_LABEL(asm_inner, SYM_L_GLOBAL)
struct ops table = { .early = early };
	early(skb) {
void unclosed(int a
`;

test('heads of definitions: prototypes, exports, calls and tables are none', () => {
  const wanted = new Set([
    'early',
    'late',
    'SYSCALL_DEFINE(connect)',
    'sysvec_timer',
    'asm_entry',
    'asm_inner',
    'macro',
    'pointer',
    'unclosed',
  ]);
  const heads = definitionHeads(source, wanted).map(({ name, line }) => [name, source.split('\n')[line - 1]]);
  assert.deepEqual(heads, [
    ['early', 'early(struct sk_buff *skb)'],
    ['late', 'static __always_inline void __printf(1, 2) late(const char *format, ...)'],
    ['SYSCALL_DEFINE(connect)', 'SYSCALL_DEFINE3(connect, int, fd, struct sockaddr __user *, address,'],
    ['sysvec_timer', 'DEFINE_IDTENTRY_SYSVEC(sysvec_timer)'],
    ['asm_entry', 'SYM_CODE_START(asm_entry)'],
    ['asm_inner', 'SYM_INNER_LABEL(asm_inner, SYM_L_GLOBAL)'],
  ]);
});

test('recorded paths map to the longest suffix that the tree has', async () => {
  const tree = new Set(['net/core/dev.c', 'core/dev.c', 'arch/x86/entry/entry_64.S']);
  const exists = async (path: string): Promise<boolean> => tree.has(path);
  for (const [recorded, path] of [
    ['net/core/dev.c', 'net/core/dev.c'],
    ['debian/build/build_amd64_none_amd64/net/core/../core/dev.c', 'net/core/dev.c'],
    ['/build/reproducible-path/linux-6.1.192/arch/x86/entry/entry_64.S', 'arch/x86/entry/entry_64.S'],
    ['/elsewhere/./module.c', '/elsewhere/module.c'],
  ] as const) {
    assert.equal(await mapToTree(recorded, exists), path);
  }
});
