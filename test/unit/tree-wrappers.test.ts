/** The wrappers of small trees: what is found in which file, and what is none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSites } from '../../src/core/paths/sites.ts';
import { wrappersFromText, wrappersToText } from '../../src/core/paths/tree-wrappers.ts';
import { factsOf } from '../lab/parser.ts';
import { wrappersOfTexts } from '../lab/wrappers.ts';

interface Case {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** As `showWrapper` shows them, sorted. */
  readonly wrappers: readonly string[];
}

const dropped = 'void toss(struct sk_buff *skb)\n{\n\tkfree_skb(skb);\n}\n';

const cases: readonly Case[] = [
  {
    name: 'a function of another file that always drops',
    files: { 'net/a.c': dropped },
    wrappers: ['toss drop 0: kfree_skb, toss of net/a.c'],
  },
  {
    name: 'one that drops through another, in a third file',
    files: {
      'net/a.c': dropped,
      'net/b.c': 'void refuse(int why, struct sk_buff *skb)\n{\n\tcount(why);\n\ttoss(skb);\n}\n',
      'net/c.c': 'int reject(struct sk_buff *skb)\n{\n\trefuse(1, skb);\n\treturn 0;\n}\n',
    },
    wrappers: [
      'refuse drop 1: kfree_skb, refuse of net/b.c',
      'reject drop 0: kfree_skb, reject of net/c.c',
      'toss drop 0: kfree_skb, toss of net/a.c',
    ],
  },
  {
    name: 'the reason that is passed on, cast or not, and the one that is named inside',
    files: {
      'net/a.h':
        'static inline void give_up(struct sk_buff *skb, enum my_drop_reason reason)\n{\n\tkfree_skb_reason(skb, (u32)reason);\n}\n',
      'net/a.c': 'void no_route(struct sk_buff *skb)\n{\n\tkfree_skb_reason(skb, SKB_DROP_REASON_IP_NOROUTES);\n}\n',
    },
    wrappers: [
      'give_up drop 0 reason 1: kfree_skb_reason, give_up of net/a.h',
      'no_route drop 0 reason SKB_DROP_REASON_IP_NOROUTES: kfree_skb_reason, no_route of net/a.c',
    ],
  },
  { name: 'a static function stays in its file', files: { 'net/a.c': `static ${dropped}` }, wrappers: [] },
  {
    name: 'a static function of a header is known to whoever includes it',
    files: { 'include/net/a.h': `static inline ${dropped}` },
    wrappers: ['toss drop 0: kfree_skb, toss of include/net/a.h'],
  },
  {
    name: 'a second definition that does not drop speaks against the name',
    files: { 'net/a.c': dropped, 'net/a.h': 'static inline void toss(struct sk_buff *skb)\n{\n}\n' },
    wrappers: [],
  },
  {
    name: 'a way without a packet, a way through another wrapper, and the word in a comment',
    files: {
      'net/a.c': dropped,
      'net/b.c':
        'void lose(struct sk_buff *skb)\n{\n\t/* There is no way to return it. */\n\tif (!skb)\n\t\treturn;\n\tkfree_skb(skb);\n}\n',
      'net/c.c': 'void refuse(struct sk_buff *skb)\n{\n\tif (skb->len)\n\t\treturn toss(skb);\n\tkfree_skb(skb);\n}\n',
    },
    wrappers: [
      'lose drop 0: kfree_skb, lose of net/b.c',
      'refuse drop 0: kfree_skb, refuse of net/c.c',
      'toss drop 0: kfree_skb, toss of net/a.c',
    ],
  },
  {
    name: 'one way past the drop',
    files: { 'net/a.c': 'void toss(struct sk_buff *skb)\n{\n\tif (skb->len)\n\t\tkfree_skb(skb);\n}\n' },
    wrappers: [],
  },
  {
    name: 'a copy that lives on, made in another file',
    files: {
      'net/a.c': 'void report(struct sk_buff *skb)\n{\n\tdeliver_copy(skb);\n\tkfree_skb(skb);\n}\n',
      'net/b.c': 'void deliver_copy(struct sk_buff *skb)\n{\n\tenqueue(skb_clone(skb, GFP_ATOMIC));\n}\n',
    },
    wrappers: [],
  },
  {
    name: 'consumed is not dropped',
    files: {
      'net/a.c':
        'void done(struct sk_buff *skb)\n{\n\tconsume_skb(skb);\n}\nvoid end(struct sk_buff *skb)\n{\n\tkfree_skb_reason(skb, SKB_CONSUMED);\n}\n',
    },
    wrappers: [],
  },
  {
    name: 'a RST sent through a function of another file',
    files: {
      'net/a.c':
        'void abort_flow(struct sock *ssk)\n{\n\ttcp_send_active_reset(ssk, GFP_ATOMIC);\n\ttcp_done(ssk);\n}\n',
    },
    wrappers: ['abort_flow reset: tcp_send_active_reset, abort_flow of net/a.c'],
  },
  {
    name: 'a field into which only wrappers are put, static ones too',
    files: {
      'net/a.c': `static ${dropped}static const struct ops a_ops = {\n\t.failed = toss,\n};\n`,
      'net/b.c':
        'static void lose(struct sk_buff *skb)\n{\n\tkfree_skb(skb);\n}\nvoid init(struct ops *ops)\n{\n\tops->failed = &lose;\n\tops->other = NULL;\n}\n',
    },
    wrappers: ['->failed drop 0: kfree_skb, toss of net/a.c, lose of net/b.c'],
  },
  {
    name: 'a field into which something else is put as well',
    files: {
      'net/a.c': `static ${dropped}static const struct ops a_ops = {\n\t.failed = toss,\n};\n`,
      'net/b.c':
        'void init(struct sk_buff *skb, struct ops *ops, int (*other)(struct sk_buff *))\n{\n\tops->failed = other;\n}\n',
    },
    wrappers: [],
  },
  {
    name: 'senders of a RST behind a field, and what a comment says of it',
    files: {
      'net/a.c':
        'static void tcp_v4_send_reset(const struct sock *sk, struct sk_buff *skb)\n{\n}\n/* ops->send_reset = nothing; */\nstruct request_sock_ops a = {\n\t.send_reset\t=\ttcp_v4_send_reset,\n};\n',
    },
    wrappers: ['->send_reset reset: tcp_v4_send_reset, tcp_v4_send_reset of net/a.c'],
  },
  {
    name: 'a packet behind a pointer to it',
    files: { 'net/a.c': 'void toss_at(struct sk_buff **pskb)\n{\n\tkfree_skb(*pskb);\n\t*pskb = NULL;\n}\n' },
    wrappers: ['toss_at drop 0 *: kfree_skb, toss_at of net/a.c'],
  },
  {
    name: 'a packet in what owns it, if the function looks into it',
    files: {
      'net/a.c':
        'void refuse(struct nf_queue_entry *entry)\n{\n\tstruct sk_buff *skb = entry->skb;\n\n\tcount(skb->len);\n\tkfree_skb(entry->skb);\n}\nvoid release(struct session *s)\n{\n\tkfree_skb(s->pending);\n}\n',
    },
    wrappers: ['refuse drop 0 ->skb: kfree_skb, refuse of net/a.c'],
  },
];

for (const { name, files, wrappers } of cases)
  test(name, async () => {
    const found = await wrappersOfTexts(new Map(Object.entries(files)));
    assert.deepEqual([...found].map(([key, wrapper]) => showWrapper(key, wrapper)).sort(), wrappers);
    assert.deepEqual(wrappersFromText(wrappersToText(found)), new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1))));
  });

type Found = Awaited<ReturnType<typeof wrappersOfTexts>> extends ReadonlyMap<string, infer Wrapper> ? Wrapper : never;

function showWrapper(key: string, { kind, packet, path, reason, ends, functions }: Found): string {
  const given = reason === undefined ? [] : ['reason', 'name' in reason ? reason.name : reason.parameter];
  const where = functions.map((each) => `${each.name} of ${each.file}`);
  const head = [key, kind, packet, path, ...given].filter((part) => part !== undefined).join(' ');
  return `${head}: ${[...ends, ...where].join(', ')}`;
}

const caller = `
static void receive(struct sk_buff *skb, struct ops *ops)
{
	if (!ops->failed)
		toss(skb);
	else
		ops->failed(skb);
}
`;

const tree = {
  'net/a.c': dropped,
  'net/ops.c':
    'static void lose(struct sk_buff *skb)\n{\n\tkfree_skb(skb);\n}\nstruct ops one = {\n\t.failed = lose,\n};\n',
};

test('a call is a site by what another file does, and says so', async () => {
  assert.deepEqual(await sitesOf(caller), [
    'drop wrapper:toss: ends in kfree_skb, toss of net/a.c',
    'drop wrapper:->failed: ends in kfree_skb, lose of net/ops.c',
  ]);
});

test("a file's own function hides one of the same name, whether or not it drops", async () => {
  const own = `static void toss(struct sk_buff *skb)\n{\n\tdeliver(skb);\n}\n${caller}`;
  assert.deepEqual(await sitesOf(own), ['drop wrapper:->failed: ends in kfree_skb, lose of net/ops.c']);
});

async function sitesOf(text: string): Promise<readonly string[]> {
  const wrappers = await wrappersOfTexts(new Map(Object.entries(tree)));
  const none = new Map<string, never>();
  const knowledge = { counters: none, dropReasons: none, rstReasons: none, sysctls: none };
  const { sites } = findSites({ file: 'net/caller.c', facts: await factsOf(text), knowledge, wrappers });
  return sites.map(({ kind, why, ending }) => {
    const where = ending?.functions.map((each) => `${each.name} of ${each.file}`).join(', ');
    return `${kind} ${why}: ends in ${ending?.in.join(', ')}, ${where}`;
  });
}
