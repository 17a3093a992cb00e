import type { ProbeTool } from '../../core/engine.ts';
import { type Command, status, text, UsageError } from '../command.ts';

const tools: readonly ProbeTool[] = ['bpftrace', 'stap', 'perf', 'ftrace'];

export const probeCommand: Command = {
  name: 'probe',
  usage: '--tree DIR --tool bpftrace|stap [--tool-version V] [--vmlinux FILE] [--modules DIR] AT',
  summary: 'The script that proves it. AT is FILE:LINE, a FUNCTION, incident:ID or drop-reason:NAME.',
  options: {
    tool: { type: 'string' },
    'tool-version': { type: 'string' },
    vmlinux: { type: 'string' },
    modules: { type: 'string' },
  },
  needsTree: true,
  async run(call) {
    const [target, ...more] = call.words;
    if (target === undefined || more.length > 0) throw new UsageError('one AT is needed');
    const tool = tools.find((each) => each === text(call, 'tool'));
    if (tool === undefined) throw new UsageError(`--tool is one of ${tools.join(', ')}`);
    const toolVersion = text(call, 'tool-version');
    const vmlinux = text(call, 'vmlinux');
    const modules = text(call, 'modules');
    const script = call.accept(
      await call.engine.probe(
        {
          target,
          tool,
          ...(toolVersion === undefined ? {} : { toolVersion }),
          ...(vmlinux === undefined ? {} : { vmlinux }),
          ...(modules === undefined ? {} : { modules }),
        },
        call.context,
      ),
    );
    if (script === undefined) return status.bad;
    call.print(call.json ? JSON.stringify(script) : script.text.trimEnd());
    return status.done;
  },
};
