import type { ByteSource } from '../ports.ts';
import { cursorAt, skipText, uleb } from './cursor.ts';
import { type ElfLayout, sectionType, textAt } from './elf-layout.ts';

/** Other files that an image says hold its debug info. Names are as written: of a file, sometimes with folders. */
export interface DebugLinks {
  /** `.gnu_debuglink`: all of the debug info was moved there (objcopy --only-keep-debug). */
  readonly separate?: string;
  /** `.gnu_debugaltlink`, or `.debug_sup` in DWARF 5: what several files share was moved there (dwz). */
  readonly shared?: { readonly name: string; readonly buildId: string };
}

export async function readDebugLinks(source: ByteSource, layout: ElfLayout): Promise<DebugLinks> {
  const bytesOf = async (name: string): Promise<Uint8Array | undefined> => {
    const section = layout.sections.find((candidate) => candidate.name === name);
    if (section === undefined || section.type === sectionType.noBits) return undefined;
    return source.read(section.position, Math.min(section.size, longestLink));
  };
  const separate = await bytesOf('.gnu_debuglink');
  const shared = sharedIn(await bytesOf('.gnu_debugaltlink')) ?? sharedIn5(await bytesOf('.debug_sup'));
  return {
    ...(separate === undefined ? {} : { separate: textAt(separate, 0) }),
    ...(shared === undefined ? {} : { shared }),
  };
}

/** PATH_MAX, and the checksum. */
const longestLink = 4096 + 64;

function sharedIn(bytes: Uint8Array | undefined): DebugLinks['shared'] {
  if (bytes === undefined) return undefined;
  const name = textAt(bytes, 0);
  return { name, buildId: hex(bytes.subarray(name.length + 1)) };
}

/** DWARF 5, 7.3.6: version, whether this is the shared file itself, name, length and bytes of its checksum. */
function sharedIn5(bytes: Uint8Array | undefined): DebugLinks['shared'] {
  if (bytes === undefined || bytes[2] !== 0) return undefined;
  const cursor = cursorAt(bytes, 3);
  skipText(cursor);
  const length = uleb(cursor);
  return { name: textAt(bytes, 3), buildId: hex(bytes.subarray(cursor.at, cursor.at + length)) };
}

/** Two lower-case digits for each byte. */
export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
