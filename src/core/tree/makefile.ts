/** One assignment of a kernel Makefile that lists objects. */
export interface Rule {
  /** `obj`, or the object (or variable) whose parts are listed: `nf_conntrack`, `ip_vs_proto-objs`. */
  readonly list: string;
  /** The symbol in the list's name: `CONFIG_NF_CONNTRACK`; absent for -y, -m and -objs. */
  readonly condition?: string;
  /** Another symbol that y is lowered to: of `$(subst y,$(CONFIG_A),$(CONFIG_B))` it is CONFIG_A, CONFIG_B the condition. */
  readonly atMost?: string;
  /** True for `$(subst m,y,$(CONFIG_A))`: a module's symbol, but this object is always built in. */
  readonly builtIn?: true;
  /** `nf_conntrack_core.o`, `ipvs/`, `$(ip_vs_proto-objs-y)`. */
  readonly words: readonly string[];
}

/** A list's name, the hyphen, and what decides: `y`, `m`, `objs` or an expression in symbols. */
const assignment = /^([\w./-]+)-(y|m|objs|\$\(.*?\))[ \t]*[:+?]?=(.*)$/;

/** Reads the lists `obj-y += a.o b/`, `name-objs := ...`, `name-$(CONFIG_X) += ...`; both halves of every condition. */
export function parseMakefile(text: string): readonly Rule[] {
  const lines = text.replace(/\\\r?\n/g, ' ').split('\n');
  return lines.flatMap((line) => {
    const found = assignment.exec(line.replace(/#.*$/, '').trimEnd());
    if (found?.[1] === undefined) return [];
    const words = (found[3] ?? '').split(/\s+/).filter((word) => word !== '');
    const symbols = [...(found[2] ?? '').matchAll(/CONFIG_\w+/g)].map((match) => match[0]);
    const condition = symbols.at(-1);
    const atMost = symbols.length > 1 ? symbols[0] : undefined;
    return [
      {
        list: found[1],
        words,
        ...(condition === undefined ? {} : { condition }),
        ...(found[2]?.includes('subst m,y,') === true ? { builtIn: true as const } : {}),
        ...(atMost === undefined ? {} : { atMost }),
      },
    ];
  });
}
