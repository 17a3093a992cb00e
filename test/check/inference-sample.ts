/** Calls whose line is known for certain: direct calls in an image's code, with what its debug info says of them. */
import { locate } from '../../src/core/symbols/debug-info.ts';
import { foldPath } from '../../src/core/traces/fold-path.ts';
import { definitionNames, sourceName } from '../../src/core/traces/source-name.ts';
import { codeSections, type Opened } from './symbols-sample.ts';

export interface KnownCall {
  /** Symbols, as traces print them. */
  readonly caller: string;
  readonly callee: string;
  /** In the caller's own source, where the call stands or what was inlined there; the path as recorded, folded. */
  readonly file: string;
  readonly line: number;
  /** How many functions were inlined around the call. */
  readonly inlined: number;
}

/** Some of an image's direct calls, chosen by `random` (0 to below 1) among all; those of x86-64. */
export async function sampleCalls(
  opened: Opened,
  count: number,
  random: () => number,
  sections: readonly string[] = ['.text'],
): Promise<readonly KnownCall[]> {
  const wanted = (await codeSections(opened)).filter(({ name }) => sections.includes(name));
  const found = (await Promise.all(wanted.map((section) => callsOfSection(opened, section)))).flat();
  const chosen =
    found.length <= count ? found : Array.from({ length: count }, () => found[Math.floor(random() * found.length)]);
  const calls = [...new Set(chosen)].filter((call) => call !== undefined).sort((a, b) => a.address - b.address);
  const answers = await locate(
    opened.debug,
    calls.map(({ address }) => address),
  );
  return calls.flatMap(({ caller, callee }, index) => {
    const chain = answers[index]?.chain ?? [];
    const name = sourceName(caller);
    const at = chain.findIndex((level) => isOwn(level.function ?? '', name));
    const level = chain[at];
    if (level === undefined || isMadeByCompiler(callee)) return [];
    return [{ caller, callee, file: foldPath(level.file), line: level.line, inlined: at }];
  });
}

/** `__x64_sys_connect` holds `__do_sys_connect` inlined; both are SYSCALL_DEFINE3(connect, ...). */
function isOwn(level: string, caller: string): boolean {
  const isEntry = definitionNames(caller)[0]?.startsWith('SYSCALL_DEFINE') === true;
  if (isEntry) return definitionNames(level)[0] === definitionNames(caller)[0];
  return level === caller || level === `____${caller}`;
}

/** What no line of the source calls by name: memory and string functions, thunks, accessors of user memory. */
const isMadeByCompiler = (name: string): boolean =>
  /^(?:__x86_|__stack_chk_fail|__SCT__|__fentry__|mem(?:cpy|set|move|cmp)$|__mem|_mcount|__get_user|__put_user|copy_user_|__sw_hweight|clear_page|str(?:len|cmp|cpy|ncmp|chr)$|__warn_printk$)/.test(
    name,
  );

async function callsOfSection(
  { source, image }: Opened,
  section: Awaited<ReturnType<typeof codeSections>>[number],
): Promise<readonly { readonly caller: string; readonly callee: string; readonly address: number }[]> {
  const byStart = new Map(section.functions.map(({ name, offset }) => [section.base + offset, name]));
  const isModule = image.type === 'relocatable';
  const found: { readonly caller: string; readonly callee: string; readonly address: number }[] = [];
  for (const { name, offset, size } of section.functions) {
    const code = await source.read(section.position + offset, size);
    const view = new DataView(code.buffer, code.byteOffset, code.byteLength);
    for (let at = 0; at + 5 <= code.length; at++) {
      if (code[at] !== 0xe8) continue;
      const start = section.base + offset + at;
      const callee = isModule
        ? (await image.callBefore({ section: section.index, offset: offset + at + 5 }))?.name
        : byStart.get(start + 5 + view.getInt32(at + 1, true));
      if (callee === undefined || callee === '') continue;
      found.push({ caller: name, callee, address: start + 4 });
      at += 4;
    }
  }
  return found;
}
