/**
 * What a word means to the rules. C's own keywords, and the annotations that a kernel puts beside them: those are
 * macros, so that the parser, which sees no header, can't know them. Unknown annotations in a function's head are
 * found by their position; this table serves the places where position does not tell.
 */
export type WordClass =
  /** Not a word at all: a number, a string, a punctuation character. */
  | 'none'
  /** A name: of a variable, a function, a type, a macro. */
  | 'plain'
  /** `__init`, `__rcu`: to be blanked. */
  | 'attribute'
  /** `__printf(1, 2)`: to be blanked with its parentheses. */
  | 'attributeCall'
  /** `struct`, `union`, `enum`. */
  | 'tag'
  /** `int`, and type names that the grammar takes for keywords. */
  | 'type'
  | 'qualifier'
  /** Followed by a condition and a statement. */
  | 'control'
  | 'else'
  /** `return`, `goto`, `break`, `continue`, `do`. */
  | 'jump'
  | 'case'
  | 'sizeof'
  | 'typeof'
  | 'offsetof'
  /** `static`, `extern`, `inline`. */
  | 'storage'
  | 'asm'
  | 'auto';

const vocabulary: readonly (readonly [WordClass, string])[] = [
  // Sections and lifetimes: include/linux/init.h, cache.h, linkage.h
  [
    'attribute',
    `__init __exit __initdata __exitdata __initconst __init_or_module __ref __refdata __refconst __sched __lockfunc
     __net_init __net_exit __net_initdata __net_initconst __meminit __meminitdata __memexit __devinit __devexit __cpuinit __cpuidle
     __read_mostly __ro_after_init __latent_entropy __kprobes asmlinkage fastcall __visible __entry_text
     __softirq_entry __irq_entry __cacheline_aligned __cacheline_aligned_in_smp ____cacheline_aligned
     ____cacheline_aligned_in_smp ____cacheline_internodealigned_in_smp __page_aligned_data __page_aligned_bss`,
  ],
  // Address spaces and checks of sparse: include/linux/compiler_types.h
  ['attribute', `__user __kernel __rcu __percpu __iomem __force __nocast __bitwise __safe __private __signed__`],
  // What the compiler is told of a function or variable: include/linux/compiler_attributes.h, compiler_types.h
  [
    'attribute',
    `__must_check __always_inline __maybe_unused __inline_maybe_unused __always_unused __used __unused __weak __cold
     __pure __noreturn __packed __deprecated __malloc __noclone __naked __nonstring __flatten __retain __mode
     __designated_init __randomize_layout __no_randomize_layout __gnu_inline __attribute_const__ __extension__
     __no_kcsan __no_kasan_or_inline __no_sanitize_address __no_profile __nocfi __noendbr __function_aligned
     __no_caller_saved_registers __no_context_analysis noinstr noinline noinline_for_stack noinline_for_kasan notrace
     nokprobe_inline debug_noinline __bpf_kfunc INDIRECT_CALLABLE_SCOPE
     EXPORT_FOR_TESTS VISIBLE_IF_KUNIT VISIBLE_IF_MAC80211_KUNIT VISIBLE_IF_CFG80211_KUNIT`,
  ],
  ['attributeCall', `__attribute__ __attribute __printf __scanf __aligned __aligned_largest __section SEC __alias`],
  // Locks as sparse and Clang's thread safety analysis see them
  [
    'attributeCall',
    `__acquires __releases __acquire_shared __release_shared __acquires_shared __releases_shared __must_hold
     __must_hold_shared __must_not_hold __cond_acquires __cond_acquires_shared __cond_releases __guarded_by
     __rcu_guarded __pt_guarded_by __assume_ctx_lock __context_unsafe`,
  ],
  [
    'attributeCall',
    `__counted_by __counted_by_le __counted_by_be __counted_by_ptr __alloc_size __realloc_size __assume_aligned
     __nonnull __access __target __error __compiletime_error __compiletime_warning __cleanup __free __copy __diagnose_as
     __pass_object_size __overloadable __no_stack_protector TARGET_ATTRIBUTE
     __diag_push __diag_pop __diag_ignore __diag_ignore_all
     __bpf_kfunc_start_defs __bpf_kfunc_end_defs __bpf_hook_start __bpf_hook_end`,
  ],
  ['tag', 'struct union enum'],
  [
    'type',
    `void bool _Bool char int float double size_t ssize_t ptrdiff_t intptr_t uintptr_t charptr_t nullptr_t max_align_t
     int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t char8_t char16_t char32_t char64_t`,
  ],
  ['qualifier', 'const volatile restrict __restrict __restrict__ __volatile__ unsigned signed long short'],
  ['control', 'if while for switch'],
  ['else', 'else'],
  ['jump', 'return goto break continue do'],
  ['case', 'case default'],
  ['sizeof', 'sizeof _Alignof alignof __alignof__ __alignof _Generic'],
  ['typeof', 'typeof __typeof__ __typeof typeof_unqual TYPEOF_UNQUAL __unqual_scalar_typeof typeof_member'],
  ['offsetof', 'offsetof'],
  ['storage', 'static extern inline __inline __inline__ register typedef'],
  ['asm', 'asm __asm__ __asm asm_volatile_goto asm_goto_output asm_inline'],
  ['auto', 'auto __auto_type'],
];

const classes: ReadonlyMap<string, WordClass> = new Map(
  vocabulary.flatMap(([wordClass, words]) => words.split(/\s+/).map((word) => [word, wordClass] as const)),
);

export function classify(word: string): WordClass {
  return classes.get(word) ?? 'plain';
}

/** Qualifiers that can stand for a whole type: `unsigned flags`. */
export function isIntegerSize(word: string): boolean {
  return word === 'unsigned' || word === 'signed' || word === 'long' || word === 'short';
}

const loopParts = ['each', '_for_', 'while', 'walk', 'scoped', 'guard', '_iter', 'until', 'loop'];

/** Whether a macro of this name is followed by a statement of its own: `list_for_each_entry`, `scoped_guard`. */
export function soundsLikeLoop(name: string): boolean {
  const lower = name.toLowerCase();
  return lower.startsWith('for_') || lower.startsWith('with_') || loopParts.some((part) => lower.includes(part));
}
