/** The title of the section that a line opens, or undefined when it opens none. Titles are the kernel's words, shortened at 160 characters. */
export function sectionTitle(text: string): string | undefined {
  const line = text.trim();
  const opens =
    stackHeaders.some((header) => line.startsWith(header)) ||
    reportHeaders.some((header) => line.startsWith(header)) ||
    (line.length < 200 && stackHeaderEnds.some((end) => line.endsWith(end)));
  if (!opens) return undefined;
  const title = line.length > 160 ? `${line.slice(0, 160)}...` : line;
  return title.endsWith(':') ? title.slice(0, -1) : title;
}

/** Whether a title is that of a report, whose registers follow, rather than of one of its stacks. */
export const isReportTitle = (title: string): boolean => reportHeaders.some((header) => title.startsWith(header));

/** Whether a title says only that a stack follows, so that a report's own title says more. */
export const isPlainTitle = (title: string): boolean => plainTitles.has(title);

const plainTitles: ReadonlySet<string> = new Set(['Call Trace', 'Call trace', 'Trace', 'Backtrace', 'stack backtrace']);

/** Whether what stands under a title is only mentioned, not called. */
export const isReferenceTitle = (title: string): boolean => title.startsWith('Last Breaking-Event-Address');

/** What the kernel prints right above a list of frames. */
const stackHeaders = [
  'Call Trace:',
  'Call trace:',
  'Trace:',
  'Backtrace:',
  'stack backtrace:',
  'backtrace:',
  'backtrace (crc',
  'Allocated by task',
  'Freed by task',
  'allocated by task',
  'freed by task',
  'Allocated in ',
  'Freed in ',
  'Last potentially related work creation:',
  'Second to last potentially related work creation:',
  'Uninit was ',
  'page last allocated via',
  'page last free ',
  'page_owner ',
  'NMI backtrace for cpu',
  'Sending NMI',
  'chained origin',
  'Last Breaking-Event-Address:',
  '<Same stack as pid',
  'kfence-#',
  '-> #',
  'INITIAL USE at:',
  'read to 0x',
  'write to 0x',
  'read-write to 0x',
  'race at unknown origin',
] as const;

/** What ends the line above a list of frames (kernel/locking/lockdep.c, print_lock_class_header). */
const stackHeaderEnds = [' acquired at:', ' registered at:', ' W at:', ' R at:', ' state was registered at:'] as const;

/** What the kernel prints at the head of a report. */
const reportHeaders = [
  'BUG: ',
  'UBSAN: ',
  'WARNING: ',
  'Oops: ',
  'Oops[',
  'INFO: ',
  'Kernel panic',
  'kernel BUG at',
  'general protection fault',
  'invalid opcode:',
  'divide error:',
  'int3:',
  'double fault:',
  'stack segment:',
  'traps: ',
  'unchecked MSR access error',
  'Unable to handle kernel',
  'Internal error:',
  'watchdog: BUG',
  'rcu: INFO:',
  'sysrq: Show',
] as const;
