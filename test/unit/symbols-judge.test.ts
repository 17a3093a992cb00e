import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BuildVerdict } from '../../src/core/model.ts';
import { buildReasonText } from '../../src/core/symbols/build-reason.ts';
import { type Callee, endsInCall } from '../../src/core/symbols/call-before.ts';
import { callPairs } from '../../src/core/symbols/compare-calls.ts';
import { judgeBuild } from '../../src/core/symbols/judge-build.ts';
import { readTrace } from '../../src/core/traces/read-trace.ts';
import { fakeImage } from '../lab/fake-image.ts';

const kernel = fakeImage({
  symbols: { tcp_v4_rcv: [0xee0], ip_rcv: [0x1d0], type_show: [0x20, 0x60], net_rx_action: [0x350] },
  buildId: 'ab'.repeat(20),
  linuxBanner: 'Linux version 6.1.0-56-amd64 (a@b) (gcc) #1 SMP Debian 6.1.192-2 (2026-11-16)',
});
const module = fakeImage({
  file: '/m/nf_lab.ko',
  type: 'relocatable',
  symbols: { hook: [0xc1] },
  moduleInfo: { vermagic: '6.1.0-56-amd64 SMP preempt ' },
});
const cpuLine = (release: string, rest: string): string =>
  `CPU: 1 PID: 1 Comm: init Not tainted ${release} #1  ${rest}\n`;

const cases: readonly (readonly [
  name: string,
  image: typeof kernel,
  text: string,
  verdict: BuildVerdict,
  why: string,
  matching: number,
  compared: number,
])[] = [
  [
    'another size',
    kernel,
    'tcp_v4_rcv+0x596/0x9c0',
    'mismatch',
    'size mismatch: the trace says 0x9c0, this vmlinux 0xee0',
    0,
    1,
  ],
  [
    'none of several sizes',
    kernel,
    'type_show+0x10/0x45',
    'mismatch',
    'size mismatch: the trace says 0x45, this vmlinux 0x20, 0x60',
    0,
    1,
  ],
  [
    'one size',
    kernel,
    'type_show+0x10/0x60',
    'unproven',
    'only 1 function sizes agree with this vmlinux, too few to prove the build',
    1,
    1,
  ],
  [
    'enough sizes',
    kernel,
    'tcp_v4_rcv+0x596/0xee0\nip_rcv+0x1/0x1d0\nip_rcv+0x2/0x1d0\nnet_rx_action+0x2a0/0x350',
    'match',
    'the sizes of 3 functions agree with this vmlinux',
    3,
    3,
  ],
  [
    'one wrong among few',
    kernel,
    'tcp_v4_rcv+0x596/0xee0\nip_rcv+0x1/0x1d1',
    'mismatch',
    'size mismatch: the trace says 0x1d1, this vmlinux 0x1d0',
    1,
    2,
  ],
  [
    'no sizes',
    kernel,
    '        tcp_v4_rcv+2459',
    'unproven',
    'the trace holds no function size and no version to compare with this vmlinux',
    0,
    0,
  ],
  [
    'unknown functions',
    kernel,
    'elsewhere+0x1/0x2',
    'unproven',
    'the trace holds no function size and no version to compare with this vmlinux',
    0,
    0,
  ],
  [
    'release and package',
    kernel,
    `${cpuLine('6.1.0-56-amd64', 'Debian 6.1.192-2')}RIP: 0010:tcp_v4_rcv+0x596/0xee0`,
    'match',
    'the trace and this vmlinux are both of 6.1.0-56-amd64 #1 Debian 6.1.192-2',
    1,
    1,
  ],
  [
    'another package of the release',
    kernel,
    `${cpuLine('6.1.0-56-amd64', 'Debian 6.1.190-1')}RIP: 0010:tcp_v4_rcv+0x596/0xee0`,
    'mismatch',
    'version mismatch: the trace says 6.1.0-56-amd64 #1 Debian 6.1.190-1, this vmlinux #1 SMP Debian 6.1.192-2 (2026-11-16)',
    1,
    1,
  ],
  [
    'another build of the release',
    kernel,
    `CPU: 1 PID: 1 Comm: init Not tainted 6.1.0-56-amd64 #2\nip_rcv+0x1/0x1d0`,
    'mismatch',
    'version mismatch: the trace says 6.1.0-56-amd64 #2, this vmlinux #1 SMP Debian 6.1.192-2 (2026-11-16)',
    1,
    1,
  ],
  [
    'the whole banner',
    kernel,
    'Linux version 6.1.0-56-amd64 (a@b) (gcc) #1 SMP Debian 6.1.192-2 (2026-11-16)\nip_rcv+0x1/0x1d0',
    'match',
    'the trace and this vmlinux are both of Linux version 6.1.0-56-amd64 (a@b) (gcc) #1 SMP Debian 6.1.192-2 (2026-11-16)',
    1,
    1,
  ],
  [
    'another release',
    kernel,
    `${cpuLine('6.1.0-55-amd64', '')}RIP: 0010:tcp_v4_rcv+0x596/0xee0`,
    'mismatch',
    'version mismatch: the trace says 6.1.0-55-amd64, this vmlinux 6.1.0-56-amd64',
    1,
    1,
  ],
  [
    'the right package, sizes that contradict',
    kernel,
    `${cpuLine('6.1.0-56-amd64', 'Debian 6.1.192-2')}RIP: 0010:tcp_v4_rcv+0x596/0x9c0`,
    'mismatch',
    'size mismatch: the trace says 0x9c0, this vmlinux 0xee0',
    0,
    1,
  ],
  [
    'the build-id',
    kernel,
    `${cpuLine('6.1.0', 'ab'.repeat(20))}ip_rcv+0x1/0x1d0`,
    'match',
    'the build-id in the trace is that of this vmlinux',
    1,
    1,
  ],
  [
    'another build-id',
    kernel,
    `${cpuLine('6.1.0-56-amd64', 'cd'.repeat(20))}ip_rcv+0x1/0x1d0`,
    'mismatch',
    `build-id mismatch: the trace says ${'cd'.repeat(20)}, this vmlinux ${'ab'.repeat(20)}`,
    1,
    1,
  ],
  [
    'a module',
    module,
    'hook+0x99/0xc2 [nf_lab]',
    'mismatch',
    'size mismatch: the trace says 0xc2, this nf_lab.ko 0xc1',
    0,
    1,
  ],
  [
    'a module of another release',
    module,
    `${cpuLine('6.1.0-55-amd64', '')} hook+0x99/0xc1 [nf_lab]`,
    'mismatch',
    'version mismatch: the trace says 6.1.0-55-amd64, this nf_lab.ko 6.1.0-56-amd64',
    1,
    1,
  ],
];

for (const [name, image, text, verdict, why, matching, compared] of cases) {
  test(`build: ${name}`, async () => {
    const { value: trace } = readTrace(text);
    const frames = trace.sections.flatMap((section) => section.frames);
    const judgement = await judgeBuild(image, frames, trace.banner, trace.arch);
    assert.deepEqual(
      [judgement.verdict, buildReasonText(judgement.reason), judgement.sizesMatching, judgement.sizesCompared],
      [verdict, why, matching, compared],
    );
  });
}

const stack = 'net_rx_action+2\nip_rcv+16\ntype_show+32\ntcp_v4_rcv+48\n';
const to = (name: string): { readonly address: number; readonly name: string } => ({ address: -1, name });
const callCases: readonly (readonly [
  name: string,
  calls: Readonly<Record<number, Callee | undefined>>,
  verdict: BuildVerdict,
  why: string,
])[] = [
  [
    'each goes to the frame above',
    { 16: to('net_rx_action'), 32: to('ip_rcv'), 48: to('type_show') },
    'match',
    '3 calls go to the frame above in this vmlinux',
  ],
  [
    'some go through pointers',
    { 16: undefined, 32: to('ip_rcv'), 48: to('type_show') },
    'unproven',
    'the trace holds no function size and no version to compare with this vmlinux',
  ],
  [
    'there are none',
    { 48: to('type_show') },
    'mismatch',
    'call mismatch: in this vmlinux 2 of 3 return addresses have no call before them (ip_rcv+0x10 is the first)',
  ],
  [
    'one is missing, as where the kernel patches itself',
    { 16: to('net_rx_action'), 48: to('type_show') },
    'unproven',
    'the trace holds no function size and no version to compare with this vmlinux',
  ],
];
for (const [name, calls, verdict, why] of callCases) {
  test(`build by its calls: ${name}`, async () => {
    const frames = readTrace(`@[\n${stack.replaceAll(/^/gm, '    ')}]: 1\n`).value.sections.flatMap(
      (each) => each.frames,
    );
    const symbols = { tcp_v4_rcv: [0xee0], ip_rcv: [0x1d0], type_show: [0x60], net_rx_action: [0x350] };
    const judgement = await judgeBuild(fakeImage({ symbols, calls }), frames, {}, undefined, callPairs([frames]));
    assert.deepEqual([judgement.verdict, buildReasonText(judgement.reason)], [verdict, why]);
  });
}

const codes: readonly (readonly [what: string, machine: string, bytes: string, isCall: boolean | undefined])[] = [
  ['call rel32', 'x86_64', '909090e800000000', true],
  ['call *%rax', 'x86_64', '909090909090ffd0', true],
  ['call *%r10', 'x86_64', '909090909041ffd2', true],
  ['call *0x18(%rbx)', 'x86_64', '9090909090ff5318', true],
  ['call *0x0(%rip)', 'x86_64', '9090ff1500000000', true],
  ['call *0x0(,%rax,8)', 'x86_64', '90ff14c500000000', true],
  ['call *0x28(%rsp)', 'x86_64', '90909090ff542428', true],
  ['jmp *%rax', 'x86_64', '909090909090ffe0', false],
  ['mov', 'x86_64', '9090904889e54889', false],
  ['bl', 'aarch64', '1f2003d5ffffff97', true],
  ['blr x1', 'aarch64', '1f2003d520003fd6', true],
  ['nop', 'aarch64', '1f2003d51f2003d5', false],
  ['anything', 'riscv', '1300000013000000', undefined],
];
for (const [what, machine, bytes, isCall] of codes) {
  test(`${what} is ${isCall === undefined ? 'not known' : isCall ? 'a call' : 'no call'}`, () => {
    const code = Uint8Array.from(bytes.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
    assert.equal(endsInCall({ machine }, code), isCall);
  });
}

test('an image for another processor is refused', async () => {
  const { value: trace } = readTrace('RIP: 0010:tcp_v4_rcv+0x596/0xee0');
  const arm = fakeImage({ machine: 'aarch64', symbols: { tcp_v4_rcv: [0xee0] } });
  const { verdict, reason } = await judgeBuild(arm, [], trace.banner, trace.arch);
  const why = 'architecture mismatch: the trace says x86_64, this vmlinux aarch64';
  assert.deepEqual([verdict, buildReasonText(reason)], ['mismatch', why]);
});
