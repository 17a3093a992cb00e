import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { ProbeScript } from '../../src/core/engine.ts';
import { probeOf } from '../../src/core/incidents/probe-of.ts';
import type { ProbeContext } from '../../src/core/probes/context.ts';
import type { BuiltAs } from '../../src/core/probes/plan-model.ts';
import { planProbe } from '../../src/core/probes/plan.ts';
import { printBpftrace } from '../../src/core/probes/print-bpftrace.ts';
import { printStap } from '../../src/core/probes/print-stap.ts';
import { builtHow } from '../../src/core/probes/probe-script.ts';
import { requestForDropReason, requestForFunction, requestForLine } from '../../src/core/probes/request-for.ts';
import type { ProbeRequest } from '../../src/core/probes/request.ts';
import { callsOf } from '../../src/core/syntax/walk.ts';
import { builtInPacks } from '../../src/packs/index.ts';
import { labPaths } from '../lab/paths.ts';
import { factsOf } from '../lab/parser.ts';
import { folderFiles, probeContext } from '../lab/probe-context.ts';
import {
  type Checked,
  checkWithBpftrace,
  checkWithStap,
  checkWithTracefs,
  noBpftrace,
  noPrivateMount,
  noStap,
} from '../lab/probe-tools.ts';
import { treePath } from '../lab/trees.ts';

const tree = treePath('6.1');
const noTree = tree === undefined ? 'no 6.1 tree: node test/lab/fetch.mjs trees' : false;
const files = folderFiles(tree ?? '');
const resetFile = 'net/ipv4/tcp_ipv4.c';

async function script(asked: ProbeRequest, tool: ProbeContext['tool']): Promise<ProbeScript> {
  const builtAs = (file: string): Promise<BuiltAs> => builtHow(files, file);
  const { value, problems } = await planProbe(asked, probeContext(files, { tool, builtAs }, [resetFile]));
  assert.deepEqual(problems, []);
  assert.ok(value !== undefined);
  return tool === 'stap' ? printStap(value) : printBpftrace(value);
}

const accepted = ({ accepted: yes, output }: Checked): void => assert.ok(yes, output);

const incidents = builtInPacks().flatMap((pack) => pack.incidents);
/** The tracepoints that probes ask for, described as 6.1 describes them. */
const tracefs = path.join(process.cwd(), 'test/fixtures/probes/tracefs');

/** One script for all incidents of an area: SystemTap takes seconds to read debug info, whatever it looks for. */
for (const area of new Set(incidents.map((incident) => incident.area))) {
  const asked = incidents.flatMap((incident) => (incident.area === area ? (probeOf(incident) ?? []) : []));
  const events = [
    ...new Map(asked.flatMap((each) => each.events).map((each) => [JSON.stringify(each), each])).values(),
  ];
  if (events.length === 0) continue;
  const together: ProbeRequest = { title: `Incidents: ${area}`, events };
  const raised = events.some((event) => event.catch === 'tracepoint');
  const noFormats = raised && noPrivateMount();
  test(`bpftrace takes the probes of ${area}`, { skip: noTree || noBpftrace || noFormats }, async () => {
    const { text } = await script(together, 'bpftrace');
    accepted(raised ? checkWithTracefs(text, tracefs) : checkWithBpftrace(text));
  });
  test(`SystemTap takes the probes of ${area}`, { skip: noTree || noStap }, async () => {
    accepted(checkWithStap((await script(together, 'stap')).text));
  });
}

/** Its drop is a branch of a large function, and no function of every tree stands for it. */
const withoutProbe = ['tcp-min-ttl'];

test('every other incident has a probe', () => {
  assert.deepEqual(
    incidents.filter((incident) => probeOf(incident) === undefined).map(({ id }) => id),
    withoutProbe,
  );
});

/** The call that a reader of the file sees: the RST for a segment without a socket. */
async function resetLine(): Promise<ProbeRequest> {
  const context = probeContext(files);
  const around = await context.functionNamed('tcp_v4_rcv', [resetFile]);
  assert.ok(around !== undefined);
  const call = callsOf(around.facts).find(
    (each) => each.callee === 'tcp_v4_send_reset' && each.arguments[0]?.text === 'NULL',
  );
  assert.ok(call !== undefined);
  return requestForLine(around, call.place.line, (name, wanted) => context.functionNamed(name, wanted ?? [resetFile]));
}

test('bpftrace takes the probe of a line', { skip: noTree || noBpftrace }, async () => {
  accepted(checkWithBpftrace((await script(await resetLine(), 'bpftrace')).text));
});

test('SystemTap takes the probe of a line', { skip: noTree || noStap }, async () => {
  accepted(checkWithStap((await script(await resetLine(), 'stap')).text));
});

test('bpftrace takes the probe of a drop reason', { skip: noTree || noBpftrace || noPrivateMount() }, async () => {
  const { text } = await script(requestForDropReason('NO_SOCKET'), 'bpftrace');
  accepted(checkWithTracefs(text, tracefs));
  assert.equal(checkWithTracefs(text.replace('NO_SOCKET/', 'NO_SUCH/'), tracefs).accepted, false);
});

const stapRoot = labPaths().stapRoot ?? '';
const noTraceHeaders = existsSync(path.join(stapRoot, 'include/trace/events/skb.h'))
  ? false
  : 'the build tree holds no include/trace/events, which SystemTap reads tracepoints from';

test('SystemTap takes the probe of a drop reason', { skip: noTree || noStap || noTraceHeaders }, async () => {
  accepted(checkWithStap((await script(requestForDropReason('NO_SOCKET'), 'stap')).text));
});

/** All functions of a file in one script: every type of argument that occurs there. */
async function everyFunctionOf(file: string): Promise<ProbeRequest> {
  const facts = await factsOf(path.join(tree ?? '', file));
  const wanted = facts.functions.filter((each) => !each.isInline && each.definedBy === undefined && each.clean);
  const once = [...new Map(wanted.map((each) => [each.name, each])).values()];
  assert.ok(once.length > 20);
  return { title: file, events: once.flatMap((each) => requestForFunction({ file, facts: each }).events) };
}

for (const file of ['net/ipv4/tcp_ipv4.c', 'net/netfilter/ipvs/ip_vs_core.c']) {
  test(`bpftrace takes a probe of every function of ${file}`, { skip: noTree || noBpftrace }, async () => {
    accepted(checkWithBpftrace((await script(await everyFunctionOf(file), 'bpftrace')).text));
  });
}

const hostile: ProbeRequest = {
  title: 'x"); system("id"); // %s $1 @2 \\ \n*/ }',
  meansYes: '*/ BEGIN { exit() }',
  events: [
    {
      catch: 'entry',
      functions: [{ name: 'tcp_v4_send_reset', files: [resetFile] }],
      show: [],
      says: '%d "%s" $1 @2 \\" \\',
    },
  ],
};

test('bpftrace takes hostile words as words', { skip: noTree || noBpftrace }, async () => {
  accepted(checkWithBpftrace((await script(hostile, 'bpftrace')).text));
});

test('SystemTap takes hostile words as words', { skip: noTree || noStap }, async () => {
  accepted(checkWithStap((await script(hostile, 'stap')).text));
});

test('a script with a mistake is refused', { skip: noTree || noBpftrace || noStap }, async () => {
  const asked = await resetLine();
  const bt = (await script(asked, 'bpftrace')).text;
  assert.equal(checkWithBpftrace(bt.replace('->network_header', '->no_such_header')).accepted, false);
  assert.equal(checkWithBpftrace(bt.slice(0, -3)).accepted, false);
  const stp = (await script(asked, 'stap')).text;
  assert.equal(checkWithStap(stp.replace('$sk == 0', '$no_such_parameter == 0')).accepted, false);
});
