/** The title of the section that a line opens, or undefined when it opens none. Titles are the kernel's words, shortened at 160 characters. */
export function sectionTitle(text: string): string | undefined {
  const line = text.trim();
  const opens =
    stackHeaders.some((header) => line.startsWith(header)) || reportHeaders.some((header) => line.startsWith(header));
  if (!opens) return undefined;
  const title = line.length > 160 ? `${line.slice(0, 160)}...` : line;
  return title.endsWith(':') ? title.slice(0, -1) : title;
}

/** Whether a title is that of a report, whose registers follow, rather than of one of its stacks. */
export const isReportTitle = (title: string): boolean => reportHeaders.some((header) => title.startsWith(header));

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
] as const;

/** What the kernel prints at the head of a report. */
const reportHeaders = [
  'BUG: ',
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
