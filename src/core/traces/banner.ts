import { isDigit, isHexDigit, skipWhile } from './character.ts';
import type { Banner } from './trace.ts';

/**
 * Reads the two lines by which a kernel names itself:
 * `CPU: 1 PID: 105 Comm: nginx Not tainted 6.1.0-56-amd64 #1  Debian 6.1.192-2` (lib/dump_stack.c, dump_stack_print_info)
 * and the boot log's `Linux version 6.1.0-56-amd64 (...) #1 SMP ...` (init/version.c, linux_banner).
 */
export function readBanner(text: string): Banner | undefined {
  if (text.startsWith('Linux version ')) return { ...versionLine(text), linuxVersion: text.trimEnd() };
  return text.startsWith('CPU: ') && text.includes(' Comm: ') ? dumpStackLine(text) : undefined;
}

function versionLine(text: string): Banner {
  const release = text.slice(14).split(' ', 1)[0] ?? '';
  const number = buildNumberAt(text, text.indexOf(' #'));
  return { release, ...(number === undefined ? {} : { buildNumber: number.word }) };
}

function dumpStackLine(text: string): Banner | undefined {
  const number = buildNumberAt(text, text.indexOf(' #', text.indexOf(' Comm: ') + 7));
  if (number === undefined) return undefined;
  const release = text.slice(0, number.start).trimEnd().split(' ').at(-1) ?? '';
  const rest = text
    .slice(number.start + number.word.length)
    .trim()
    .split(' ')
    .filter((word) => word !== '');
  const last = rest.at(-1);
  const buildId =
    last !== undefined && last.length === 40 && skipWhile(last, 0, isHexDigit) === 40 ? last.toLowerCase() : undefined;
  const words = (buildId === undefined ? rest : rest.slice(0, -1)).filter((word) => !isPreemptModel(word));
  return {
    release,
    buildNumber: number.word,
    ...(words.length === 0 ? {} : { package: words.join(' ') }),
    ...(buildId === undefined ? {} : { buildId }),
  };
}

/** `PREEMPT(voluntary)`, `PREEMPT_RT` (kernel/sched/core.c, preempt_model_str), printed since dump_stack names the model. */
const isPreemptModel = (word: string): boolean =>
  word === 'PREEMPT' || word.startsWith('PREEMPT(') || word.startsWith('PREEMPT_') || word === 'NONE';

function buildNumberAt(text: string, blank: number): { readonly word: string; readonly start: number } | undefined {
  if (blank < 0 || !isDigit(text.charCodeAt(blank + 2))) return undefined;
  const end = skipWhile(text, blank + 1, (code) => code !== 32, 80);
  return { word: text.slice(blank + 1, end), start: blank + 1 };
}
