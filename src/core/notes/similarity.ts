/** How alike two normalised statements are, from 0 to 1: the share of pairs of neighbouring tokens they have in common. */
export function similarity(one: string, other: string): number {
  if (one === other) return 1;
  const first = pairsOf(one);
  const second = pairsOf(other);
  let common = 0;
  const left = new Map<string, number>();
  for (const pair of first) left.set(pair, (left.get(pair) ?? 0) + 1);
  for (const pair of second) {
    const count = left.get(pair) ?? 0;
    if (count === 0) continue;
    left.set(pair, count - 1);
    common++;
  }
  return (2 * common) / (first.length + second.length);
}

function pairsOf(text: string): readonly string[] {
  const tokens = ['', ...text.split(' '), ''];
  return tokens.slice(1).map((token, index) => `${tokens[index]} ${token}`);
}

/** How alike what surrounds two statements is, from 0 to 1; nearer neighbours weigh more, and one may have slipped in between. */
export function contextSimilarity(one: readonly string[], other: readonly string[]): number {
  if (one.length === 0 && other.length === 0) return 1;
  let sum = 0;
  let weights = 0;
  for (const [index, text] of one.entries()) {
    const weight = 1 / (index + 1);
    weights += weight;
    const near = [other[index], other[index - 1], other[index + 1]];
    const best = Math.max(
      ...near.map((candidate, slip) =>
        candidate === undefined ? 0 : similarity(text, candidate) * (slip === 0 ? 1 : 0.9),
      ),
    );
    sum += weight * best;
  }
  // The start or end of a function has fewer neighbours than the other side's.
  const missing = Math.max(0, other.length - one.length) * 0.25;
  return sum / (weights + missing || 1);
}
