import type { LensDensity } from '../../core/engine.ts';
import type { Lens } from '../../core/model.ts';
import { type Command, status, text, UsageError } from '../command.ts';

const densities: readonly LensDensity[] = ['incidents', 'labels', 'all'];

export const lensesCommand: Command = {
  name: 'lenses',
  usage: '--tree DIR [--json] [--density incidents|labels|all] FILE',
  summary: 'What the editor draws above the lines of FILE.',
  options: { density: { type: 'string' } },
  needsTree: true,
  async run(call) {
    const [file, ...more] = call.words;
    if (file === undefined || more.length > 0) throw new UsageError('one FILE is needed');
    const density = densities.find((each) => each === (text(call, 'density') ?? 'all'));
    if (density === undefined) throw new UsageError(`--density is one of ${densities.join(', ')}`);
    await call.learnWrappers();
    const spots = call.accept(await call.engine.lensSpots({ file, density }, call.context));
    if (spots === undefined) return status.bad;
    const lenses: Lens[] = [];
    for (const spot of spots) {
      const lens = call.accept(await call.engine.lens({ file, spot }, call.context));
      if (lens !== undefined) lenses.push(lens);
    }
    if (call.json) call.print(JSON.stringify(lenses));
    else for (const lens of lenses) call.print(`${call.style.bold(`${file}:${lens.line}`)}  ${lens.title}`);
    return status.done;
  },
};
