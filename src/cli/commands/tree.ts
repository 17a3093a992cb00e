import { type Command, status } from '../command.ts';

export const treeCommand: Command = {
  name: 'tree',
  usage: '--tree DIR [--json]',
  summary: 'What this tree is and what KernLens can tell of it.',
  options: {},
  needsTree: true,
  async run(call) {
    const summary = call.accept(await call.engine.tree({}, call.context));
    if (summary === undefined) return status.bad;
    if (call.json) {
      call.print(JSON.stringify({ folder: call.root, ...summary }));
      return status.done;
    }
    const none = '-';
    call.print(`folder         ${call.root}`);
    call.print(`release        ${summary.release}`);
    call.print(`config         ${summary.config ?? none}`);
    call.print(`architecture   ${summary.arch ?? none}`);
    call.print(`counters       ${summary.counters}`);
    call.print(`drop reasons   ${summary.reasons || none}`);
    call.print(`RST reasons    ${summary.rstReasons || none}`);
    call.print(`sysctls        ${summary.sysctls}`);
    call.print(
      `vmlinux        ${summary.vmlinux === undefined ? none : `${summary.vmlinux.file} (${summary.vmlinux.why})`}`,
    );
    return status.done;
  },
};
