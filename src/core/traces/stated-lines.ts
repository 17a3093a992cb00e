import type { Frame } from '../model.ts';
import { mapToTree } from '../symbols/map-to-tree.ts';

/**
 * Gives frames that nothing else has a line for the line that their own text states, where the tree has that file. The
 * text was made for the kernel that printed it: whether the tree is of that kernel isn't known, so it stays unverified.
 */
export async function statedFrames(
  frames: readonly Frame[],
  exists: (path: string) => Promise<boolean>,
): Promise<readonly Frame[]> {
  const paths = new Map<string, string | undefined>();
  for (const { stated, certainty } of frames) {
    if (certainty !== 'none' || stated === undefined || paths.has(stated.file)) continue;
    const file = await mapToTree(stated.file, exists);
    paths.set(stated.file, (await exists(file)) ? file : undefined);
  }
  return frames.map((frame) => statedFrame(frame, paths));
}

function statedFrame(frame: Frame, paths: ReadonlyMap<string, string | undefined>): Frame {
  const { stated, certainty, inlined } = frame;
  const file = stated === undefined || certainty !== 'none' ? undefined : paths.get(stated.file);
  if (stated === undefined || file === undefined) return frame;
  const location = { function: frame.function ?? '', file, line: stated.line, inlined };
  return { ...frame, certainty: 'unverified', locations: [location], asStated: true };
}
