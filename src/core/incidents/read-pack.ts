import { isNode } from 'yaml';
import { checkAmongPacks } from './check-among-packs.ts';
import { checkRules } from './check-rules.ts';
import { packSchema } from './pack-schema.ts';
import type { Incident, Pack } from './pack.ts';
import type { PackFault } from './pack-fault.ts';
import { readListed } from './read-listed.ts';
import type { Surrounding } from './surrounding.ts';
import type { Words } from './words.ts';

/**
 * Reads a pack. Every fault is named with its place, and the incidents without one are kept: `value` is undefined
 * only where the text isn't YAML or isn't a pack of this format.
 *
 * @param around without it nothing is said of other packs: neither of taken ids nor of related incidents
 */
export function readPack(
  text: string,
  around?: Surrounding,
): { readonly value?: Pack; readonly problems: readonly PackFault[] } {
  const { value, problems } = readListed(text, {
    list: 'incidents',
    schema: packSchema,
    inside: checkRules,
    ...(around === undefined ? {} : { among: (nodes) => checkAmongPacks(nodes, around) }),
  });
  if (value === undefined) return { problems };
  const { document, contents, items, isGood } = value;
  const title = contents.get('title', true);
  const pack: Pack = {
    format: 1,
    title: isNode(title) && isGood('title') ? (title.toJS(document) as Words) : '',
    incidents: items.map((node) => node.toJS(document) as Incident),
  };
  return { value: pack, problems };
}
