/** What there is to know of a run of tokens to decide whether it is complete in itself, without keeping the run. */
export interface Sequence {
  /** Its first and last token, -1 when it is empty. */
  first: number;
  last: number;
  /** How many more braces it opens than it closes, and the lowest that number ever was. */
  braces: number;
  lowestBraces: number;
  parentheses: number;
  lowestParentheses: number;
}

export function emptySequence(): Sequence {
  return { first: -1, last: -1, braces: 0, lowestBraces: 0, parentheses: 0, lowestParentheses: 0 };
}

/** `punctuation`: the token's character, empty for a token of another kind. */
export function appendToken(sequence: Sequence, token: number, punctuation: string): void {
  if (sequence.first < 0) sequence.first = token;
  sequence.last = token;
  if (punctuation === '{') sequence.braces++;
  else if (punctuation === '}') sequence.lowestBraces = Math.min(sequence.lowestBraces, --sequence.braces);
  else if (punctuation === '(') sequence.parentheses++;
  else if (punctuation === ')') {
    sequence.lowestParentheses = Math.min(sequence.lowestParentheses, --sequence.parentheses);
  }
}

export function appendSequence(sequence: Sequence, next: Sequence): void {
  if (next.first < 0) return;
  if (sequence.first < 0) sequence.first = next.first;
  sequence.last = next.last;
  sequence.lowestBraces = Math.min(sequence.lowestBraces, sequence.braces + next.lowestBraces);
  sequence.lowestParentheses = Math.min(sequence.lowestParentheses, sequence.parentheses + next.lowestParentheses);
  sequence.braces += next.braces;
  sequence.parentheses += next.parentheses;
}

/** Whether every bracket of the run has its partner inside it. */
export function isBalanced(sequence: Sequence): boolean {
  return (
    sequence.braces === 0 &&
    sequence.lowestBraces === 0 &&
    sequence.parentheses === 0 &&
    sequence.lowestParentheses === 0
  );
}
