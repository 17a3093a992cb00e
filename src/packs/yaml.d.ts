/** A pack beside the code: the bundler puts its plain data here. test/unit/incidents-packs reads each with `readPack`. */
declare module '*.yaml' {
  import type { Pack } from '../core/incidents/pack.ts';

  const pack: Pack;
  export default pack;
}
