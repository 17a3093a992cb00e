import { isWarning } from '../../core/incidents/pack-fault.ts';
import { faultLine, faultText } from '../../core/incidents/fault-text.ts';
import { checkPacks, type UserPacks } from '../../host/user-packs.ts';
import { type Call, type Command, type Status, status, UsageError } from '../command.ts';

export const packsCommand: Command = {
  name: 'packs',
  usage: 'check [--json] FILE|DIR...',
  summary: "A pack's faults, each with line and column; the packs named together are checked as if used together.",
  options: {},
  needsTree: false,
  async run(call) {
    const [what, ...paths] = call.words;
    if (what !== 'check') throw new UsageError('what to do with packs is missing');
    if (paths.length === 0) throw new UsageError('the packs to check are missing');
    return check(call, checkPacks(paths));
  },
};

function check(call: Call, { packs, faults, files, missing }: UserPacks): Status {
  for (const file of missing)
    call.complain(`there is no pack ${file}`, 'name a YAML file, or a folder that holds some');
  for (const found of faults) {
    const { file, fault } = found;
    const severity = isWarning(fault) ? 'warning' : 'error';
    call.print(
      call.json
        ? JSON.stringify({ file, severity, message: faultText(fault), ...fault })
        : `${faultLine(found)}${severity === 'warning' ? ' (warning)' : ''}`,
    );
  }
  const incidents = packs.reduce((sum, pack) => sum + pack.incidents.length, 0);
  call.remark(`${files.length} packs, ${incidents} incidents to use, ${faults.length} faults`);
  if (files.length === 0 && missing.length === 0) call.complain('no pack was found', 'name a YAML file');
  return faults.length > 0 || missing.length > 0 || files.length === 0 ? status.bad : status.done;
}
