import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSysctls } from '../../src/core/tree/sysctls.ts';

const plain = `
static struct ctl_table toy_table[] = {
	{
		.procname	= "toy_cookies",
		.data		= &init_net.toy.sysctl_toy_cookies,
		.mode		= 0644,
	},
#ifdef CONFIG_TOY_MORE
	{ .procname = "toy_more", .data = &sysctl_toy_more },
#endif
	{ }
};

static int toy_init(struct net *net)
{
	struct ctl_table *table;

	table = toy_table;
	if (!net_eq(net, &init_net)) {
		table = kmemdup(table, sizeof(toy_table), GFP_KERNEL);
		if (!table)
			goto err;
	}
	net->toy.hdr = register_net_sysctl(net, "net/toy", table);
	return 0;
}
`;
const filledIn = `
#define TOY_PATH "net/track"

static struct ctl_table track_table[] = {
	[TRACK_MAX] = { .procname = "track_max", .data = &track_max },
	[TRACK_TIMEOUT_OPEN] = { .procname = "track_timeout_open" },
	[TRACK_LIBERAL] = { .procname = "track_be_liberal" },
	{}
};

static void set_up_tcp(struct net *net, struct ctl_table *entries)
{
	struct toy_net *tn = toy_pernet(net);

#define XASSIGN(XNAME, tn) \\
	entries[TRACK_TIMEOUT_ ## XNAME].data = &(tn)->timeouts[TRACK_ ## XNAME]

	XASSIGN(OPEN, tn);
#undef XASSIGN
#define XASSIGN(XNAME, rval) entries[TRACK_ ## XNAME].data = (rval)
	XASSIGN(LIBERAL, &tn->be_liberal);
#undef XASSIGN
}

static int track_init(struct net *net)
{
	struct ctl_table *copy;

	copy = kmemdup(track_table, sizeof(track_table), GFP_KERNEL);
	set_up_tcp(net, copy);
	header = register_net_sysctl_sz(net, TOY_PATH, copy, ARRAY_SIZE(track_table));
	return 0;
}
`;
const counted = `
static struct ctl_table vs_vars[] = {
	{ .procname = "first" },
	{ .procname = "second" },
	{ .procname = "third" },
};

static int vs_init(struct netns_vs *vs)
{
	int idx = 0;
	struct ctl_table *tbl = vs_vars;

	tbl[idx++].data = &vs->sysctl_first;
	tbl[idx].data = &vs->sysctl_second;
	tbl[idx++].maxlen = sizeof(vs->sysctl_second);
	tbl[idx++].data = &vs->sysctl_third;
	vs->hdr = register_net_sysctl(net, "net/vs", tbl);
	return 0;
}
`;
const perDevice = `
#define DEV_ENTRY(attr, name, mval) \\
	{ \\
		.procname = name, \\
		.data = toy_conf.data + TOY_CONF_ ## attr - 1, \\
		.mode = mval, \\
	}
#define DEV_RW_ENTRY(attr, name) DEV_ENTRY(attr, name, 0644)

static struct toy_dev_table {
	struct ctl_table_header *header;
	struct ctl_table vars[TOY_MAX];
} toy_dev = {
	.vars = {
		DEV_RW_ENTRY(RP_FILTER, "rp_filter"),
		DEV_RW_ENTRY(LOG_MARTIANS,
			     "log_martians"),
	},
};

static int toy_dev_register(struct net *net, char *dev_name)
{
	struct toy_dev_table *t;
	char *family;
	char path[64];

	t = kmemdup(&toy_dev, sizeof(*t), GFP_KERNEL);
	switch (which) {
	case 4:
		family = "ipv4";
		break;
	case 6:
		family = "ipv6";
		break;
	}
	snprintf(path, sizeof(path), "net/%s/conf/%s", family, dev_name);
	t->header = register_net_sysctl(net, path, t->vars);
	return 0;
}
`;
const handled = `
static struct ctl_table core_table[] = {
	{ .procname = "bitmap", .mode = 0644, .proc_handler = toy_bitmap_sysctl },
	{ .procname = "nowhere", .proc_handler = proc_dointvec },
};

static int core_init(struct net *net)
{
	register_net_sysctl(net, "net/core", core_table);
	return 0;
}
`;
const handedOn = [
  `
static struct ctl_table route_template[] = {
	{ .procname = "flush", .data = &init_net.toy.flush_delay },
};

struct ctl_table *toy_route_table(struct net *net)
{
	struct ctl_table *table;

	table = kmemdup(route_template, sizeof(route_template), GFP_KERNEL);
	return table;
}
`,
  `
static int toy_net_init(struct net *net)
{
	struct ctl_table *route_table;

	route_table = toy_route_table(net);
	register_net_sysctl(net, "net/toy/route", route_table);
	return 0;
}
`,
];

function namesIn(...texts: readonly string[]): readonly string[] {
  const { value } = readSysctls(texts.map((text, index) => ({ file: `net/${index}.c`, text })));
  return [...value].flatMap(([key, found]) => found.map(({ name, file, line }) => `${key} ${name} ${file}:${line}`));
}

test('a field leads to its sysctl', () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    [
      'plain',
      [plain],
      ['sysctl_toy_cookies net.toy.toy_cookies net/0.c:4', 'sysctl_toy_more net.toy.toy_more net/0.c:9'],
    ],
    [
      'pointed at by a helper, by macros that are defined anew',
      [filledIn],
      [
        'track_max net.track.track_max net/0.c:5',
        'timeouts[TRACK_OPEN] net.track.track_timeout_open net/0.c:6',
        'be_liberal net.track.track_be_liberal net/0.c:7',
      ],
    ],
    [
      'counted while it is set up',
      [counted],
      [
        'sysctl_first net.vs.first net/0.c:3',
        'sysctl_second net.vs.second net/0.c:4',
        'sysctl_third net.vs.third net/0.c:5',
      ],
    ],
    [
      'one a device, in a structure, in several folders',
      [perDevice],
      [
        'TOY_CONF_RP_FILTER net.ipv4.conf.*.rp_filter net/0.c:15',
        'TOY_CONF_RP_FILTER net.ipv6.conf.*.rp_filter net/0.c:15',
        'TOY_CONF_LOG_MARTIANS net.ipv4.conf.*.log_martians net/0.c:16',
        'TOY_CONF_LOG_MARTIANS net.ipv6.conf.*.log_martians net/0.c:16',
      ],
    ],
    ['kept by a handler of its own', [handled], ['toy_bitmap_sysctl net.core.bitmap net/0.c:3']],
    ['made in one file, registered in another', handedOn, ['flush_delay net.toy.route.flush net/0.c:3']],
    ['registered in a file that comes first', handedOn.toReversed(), ['flush_delay net.toy.route.flush net/1.c:3']],
  ];
  for (const [what, texts, expected] of cases) assert.deepEqual(namesIn(...texts), expected, what);
});

test('a table that is nowhere registered is a problem, not a guess', () => {
  const text = plain.replace('register_net_sysctl(net, "net/toy", table)', 'NULL');
  const { value, problems } = readSysctls([{ file: 'net/toy.c', text }]);
  assert.equal(value.size, 0);
  assert.deepEqual(problems, [{ kind: 'sysctl-folder-unknown', file: 'net/toy.c', line: 2, table: 'toy_table' }]);
});

test('what a table points at is told without the brackets of a macro', () => {
  const { value } = readSysctls([{ file: 'net/track.c', text: filledIn }]);
  assert.deepEqual(
    [...value.values()].flat().map((sysctl) => sysctl.data),
    ['&track_max', '&(tn)->timeouts[TRACK_OPEN]', '&tn->be_liberal'],
  );
});
