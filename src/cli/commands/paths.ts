import type { PlaceRequest, Ways } from '../../core/engine.ts';
import type { Path } from '../../core/model.ts';
import { builtText, crossedText } from '../../core/report/explain-chains.ts';
import { conditionText } from '../../core/report/path-text.ts';
import { english } from '../../core/report/say.ts';
import { endingText, siteTitle } from '../../core/report/site-text.ts';
import { type Call, type Command, status, text, UsageError } from '../command.ts';
import { guardLine } from './guard-line.ts';
import { printChains } from './paths-callers.ts';

export const pathsCommand: Command = {
  name: 'paths',
  usage: '--tree DIR [--callers[=DEPTH]] [--json] FILE:LINE|SITE|FUNCTION',
  summary:
    'Every path to the site (or label, or into the function) at that line, with what must be true on it. SITE is the ' +
    'id that sites prints. --callers goes on to who calls the function, up to where packets come in (DEPTH calls at most).',
  options: { callers: { type: 'string' } },
  optionalValues: ['callers'],
  needsTree: true,
  async run(call) {
    const [word = ''] = call.words;
    const isFile = /\.[chS]$/.test(word);
    if (word === '' || isFile || call.words.length !== 1) throw new UsageError('one FILE:LINE is needed');
    const depth = depthOf(call);
    await call.learnWrappers();
    const place = await placeOf(call, word);
    if (place === undefined) return status.bad;
    // A line without a site still lies in a function that is called from somewhere.
    const outcome = await call.engine.paths({ ...place, deep: true }, call.context);
    const ways = text(call, 'callers') === undefined ? call.accept(outcome) : outcome.value;
    if (text(call, 'callers') !== undefined) {
      if (ways !== undefined && ways.paths.length > 0 && !call.json) print(call, ways);
      return printChains(call, place, depth, ways);
    }
    if (ways === undefined) return status.bad;
    if (call.json) call.print(JSON.stringify(ways.paths));
    else print(call, ways);
    return status.done;
  },
};

const plain = (name: string): string => name;

function depthOf(call: Call): number | undefined {
  const given = text(call, 'callers') ?? '';
  if (given === '') return undefined;
  if (!/^[1-9]\d?$/.test(given)) throw new UsageError('--callers takes a number of calls from 1 to 99');
  return Number(given);
}

/** FILE:LINE as it is; a function stands for its head, a site for its line. */
async function placeOf(call: Call, word: string): Promise<PlaceRequest | undefined> {
  const [, named = '', line = ''] = /^(.+):(\d+)$/.exec(word) ?? [];
  if (named !== '') return { file: named, line: Number(line) };
  const found = call.accept(await call.engine.chains({ name: word, depth: 0 }, call.context));
  if (found === undefined) return undefined;
  const { target, others = [] } = found;
  if (!word.includes('/')) {
    const { file, line: head } = target;
    return file === undefined || head === undefined ? undefined : { file, line: head };
  }
  for (const { file = '' } of [target, ...others]) {
    const report = call.accept(await call.engine.sites({ file }, call.context));
    const site = report?.sites.find(({ id }) => id === word);
    if (site !== undefined) return { file, line: site.line };
  }
  call.complain(`there is no site ${word}`, 'take the id from kernlens sites');
  return undefined;
}

function print(call: Call, ways: Ways): void {
  const { subject } = ways;
  if (ways.built !== undefined) call.print(call.style.dim(builtText(ways.built, english, plain)));
  for (const site of ways.sites) {
    call.print(call.style.bold(`${site.file}:${site.line}  ${siteTitle(site)}`));
    const why = endingText(site);
    if (why !== undefined) call.print(call.style.dim(`    ${why.replaceAll('`', '')}`));
  }
  for (const path of ways.paths) printPath(call, subject.file, path);
  for (const caller of ways.callers) {
    call.print(`${subject.file}:${caller.line}  ${caller.function}`);
    for (const guard of caller.guards) call.print(guardLine(call, subject.file, guard));
  }
}

function printPath(call: Call, file: string, path: Path): void {
  const reason = path.reason === undefined ? '' : `  ${call.style.yellow(path.reason)}`;
  const used = path.used === true ? call.style.dim('  (the packet was used)') : '';
  call.print(`${file}:${path.entry.line}  ${path.entry.text ?? path.entry.kind}${reason}${used}`);
  for (const guard of path.guards) call.print(guardLine(call, file, guard));
  for (const condition of path.preprocessor ?? []) call.print(`    ${conditionText(path, condition)}`);
  for (const crossed of path.tracepoints ?? [])
    call.print(`    ${file}:${crossed.line}  tracepoint ${crossedText(crossed, english, plain)}`);
}
