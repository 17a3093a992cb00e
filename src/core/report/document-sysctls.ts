import type { TreeFiles } from '../ports.ts';
import { type Documentation, sysctlDocumentation } from '../tree/documentation.ts';
import type { Explanation, Item } from './explanation.ts';

/** Adds to an explanation what documents its sysctls. */
export type DocumentSysctls = (explanation: Explanation) => Promise<Explanation>;

/**
 * Puts below each sysctl what the tree's own Documentation/networking says of it, with the line it stands on; what the
 * tree does not describe stays as it is. Each name is looked for once.
 */
export function createSysctlDocumenter(files: TreeFiles): DocumentSysctls {
  const known = new Map<string, Promise<Documentation | undefined>>();
  const documentationOf = (name: string): Promise<Documentation | undefined> => {
    const found = known.get(name) ?? sysctlDocumentation(files, name);
    known.set(name, found);
    return found;
  };
  const documented = async (item: Item): Promise<Item> => {
    const name = item.copy?.startsWith(reads) === true ? item.copy.slice(reads.length) : undefined;
    const found = name === undefined ? undefined : await documentationOf(name);
    if (found === undefined) return item;
    const passage = { text: passageOf(found), place: { file: found.file, line: found.line } };
    return { ...item, items: [passage, ...(item.items ?? [])] };
  };
  return async (explanation) => ({
    ...explanation,
    sections: await Promise.all(
      explanation.sections.map(async (section) =>
        section.id === 'sysctls' ? { ...section, items: await Promise.all(section.items.map(documented)) } : section,
      ),
    ),
  });
}

/** What is copied to read a sysctl: `sysctl net.ipv4.tcp_syncookies`. */
const reads = 'sysctl ';

/** Longer passages are cut at the end of a sentence; the line beside them leads to the rest. */
const longest = 500;

/** The passage on one line without the name in its heading, with reStructuredText's literals as code. */
function passageOf({ text }: Documentation): string {
  const [heading = '', ...body] = text.split('\n');
  const type = heading.split(' - ').slice(1).join(' - ');
  const whole = `${type === '' ? '' : `${type}: `}${body.join(' ')}`.replace(/``/g, '`').replace(/\s+/g, ' ').trim();
  if (whole.length <= longest) return whole;
  const end = whole.lastIndexOf('. ', longest);
  return end > longest / 4 ? `${whole.slice(0, end + 1)} …` : `${whole.slice(0, longest)} …`;
}
