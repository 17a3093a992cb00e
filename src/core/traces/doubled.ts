/**
 * The frames of a section without those that a second console printed again: when every line, with its clock, stands
 * there twice. One pair alone may be a recursion. `keys` name each frame's line; an empty one has no clock to go by.
 */
export function undoubled<Frame>(frames: readonly Frame[], keys: readonly string[]): readonly Frame[] {
  const pairs = frames.length / 2;
  if (pairs < 2 || !Number.isInteger(pairs)) return frames;
  for (let index = 0; index < frames.length; index += 2) {
    if (keys[index] === '' || keys[index] !== keys[index + 1]) return frames;
  }
  return frames.filter((_, index) => index % 2 === 0);
}
