import { LineIndex } from '../../src/core/base/position.ts';
import type { Bench } from './bench.ts';

const lines = 10_000;
const text = '\tif (unlikely(!pskb_may_pull(skb, sizeof(struct tcphdr))))\n'.repeat(lines);

export const benches: readonly Bench[] = [
  {
    name: `line of each of ${lines} offsets`,
    run: () => {
      const index = new LineIndex(text);
      for (let offset = 0; offset < text.length; offset += text.length / lines) index.lineAt(Math.floor(offset));
    },
    peer: {
      name: 'counting line feeds, for 100 of them, times 100',
      run: () => {
        const started = performance.now();
        for (let offset = 0; offset < text.length; offset += text.length / 100) text.slice(0, offset).split('\n');
        return (performance.now() - started) * 100;
      },
    },
  },
];
