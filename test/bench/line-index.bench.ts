import { LineIndex } from '../../src/core/base/position.ts';
import type { Bench } from './bench.ts';

/** As long as a large file of the network stack. */
const text = '\tif (unlikely(!pskb_may_pull(skb, sizeof(struct tcphdr))))\n'.repeat(5000);
const offsets = Array.from({ length: 100 }, (_, index) => Math.floor((index * text.length) / 100));

export const benches: readonly Bench[] = [
  {
    name: 'the lines of 100 offsets in 5,000 lines',
    run: () => {
      const index = new LineIndex(text);
      for (const offset of offsets) index.lineAt(offset);
    },
    peer: {
      name: 'counting line feeds',
      run: () => {
        for (const offset of offsets) text.slice(0, offset).split('\n');
      },
    },
  },
];
