import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtAs } from '../../src/core/tree/kbuild.ts';
import { memoryFiles } from '../lab/memory-files.ts';

const files = memoryFiles({
  'net/Makefile': 'obj-y := core/\nobj-$(CONFIG_TOY)\t+= toy/ # the toy\n',
  'net/Kconfig': 'config TOY\n\tbool "Toy"\n\nconfig OTHER\n\ttristate "Other"\n',
  'net/core/Makefile': 'obj-y += dev.o\n',
  'net/toy/Kconfig': 'menuconfig TOY_TRACK\n\tdepends on TOY\n\ttristate "Tracking"\n\nconfig TOY_LOG\n\tbool\n',
  'net/toy/Makefile': [
    'toy_track-y := track_core.o \\',
    '\t\ttrack_tcp.o',
    'toy_track-$(subst m,y,$(CONFIG_IPV6)) += track_v6.o',
    'toy_proto-objs-y :=',
    'toy_proto-objs-$(CONFIG_TOY_PROTO) += proto.o',
    'toy-vs-objs := vs_core.o $(toy_proto-objs-y)',
    'obj-$(CONFIG_TOY_TRACK) += toy_track.o',
    'obj-$(CONFIG_TOY_LOG) += log.o deep/buried.o',
    'ifeq ($(CONFIG_X),y)',
    'obj-$(CONFIG_TOY_VS) += toy-vs.o',
    'endif',
    'obj-$(subst m,y,$(CONFIG_TOY_TRACK)) += glue.o',
    'obj-$(subst y,$(CONFIG_TOY_TRACK),$(CONFIG_TOY_LOG)) += lowered.o',
  ].join('\n'),
});
const config = 'CONFIG_TOY=y\nCONFIG_TOY_TRACK=m\nCONFIG_TOY_LOG=y\n# CONFIG_TOY_PROTO is not set\nCONFIG_TOY_VS=m\n';

test('a C file is known by the object that it is linked into', async () => {
  const cases: readonly (readonly [string, unknown])[] = [
    ['net/core/dev.c', { object: 'dev', needs: [], canBeModule: false, state: 'y' }],
    [
      'net/toy/track_tcp.c',
      { object: 'toy_track', symbol: 'CONFIG_TOY_TRACK', needs: ['CONFIG_TOY'], canBeModule: true, state: 'm' },
    ],
    [
      'net/toy/track_v6.c',
      {
        object: 'toy_track',
        symbol: 'CONFIG_TOY_TRACK',
        needs: ['CONFIG_IPV6', 'CONFIG_TOY'],
        canBeModule: true,
        state: 'n',
      },
    ],
    [
      'net/toy/proto.c',
      {
        object: 'toy_vs',
        symbol: 'CONFIG_TOY_VS',
        needs: ['CONFIG_TOY_PROTO', 'CONFIG_TOY'],
        canBeModule: false,
        state: 'n',
      },
    ],
    [
      'net/toy/log.c',
      { object: 'log', symbol: 'CONFIG_TOY_LOG', needs: ['CONFIG_TOY'], canBeModule: false, state: 'y' },
    ],
    [
      'net/toy/deep/buried.c',
      { object: 'buried', symbol: 'CONFIG_TOY_LOG', needs: ['CONFIG_TOY'], canBeModule: false, state: 'y' },
    ],
    [
      'net/toy/lowered.c',
      { object: 'lowered', symbol: 'CONFIG_TOY_LOG', needs: ['CONFIG_TOY'], canBeModule: false, state: 'm' },
    ],
    [
      'net/toy/glue.c',
      { object: 'glue', symbol: 'CONFIG_TOY_TRACK', needs: ['CONFIG_TOY'], canBeModule: false, state: 'y' },
    ],
    ['net/toy/included.c', undefined],
    ['net/toy/toy.h', undefined],
    ['nowhere/x.c', undefined],
  ];
  for (const [path, expected] of cases) assert.deepEqual(await builtAs(files, path, config), expected, path);
});

test('without a configuration nothing is said of the state', async () => {
  assert.equal((await builtAs(files, 'net/toy/track_tcp.c'))?.state, undefined);
});
