import { isHexDigit } from '../character.ts';
import { UnwrappedDraft, type Unwrapped } from './unwrapped.ts';

/**
 * Undoes a mail's quoted-printable encoding (RFC 2045, 6.7): `=3D`, `=20`, `=C2=A0`, and lines that go on after an `=`
 * at their end. Undefined when the text isn't clearly encoded so.
 */
export function unwrapQuotedPrintable(text: string): Unwrapped | undefined {
  if (!tellingBytes.some((byte) => text.includes(byte)) && !hasFullSoftBreak(text)) return undefined;
  const draft = new UnwrappedDraft(text.length);
  let copied = 0;
  for (let at = text.indexOf('='); at >= 0; at = text.indexOf('=', Math.max(copied, at + 1))) {
    const piece = pieceAt(text, at);
    if (piece === undefined) continue;
    draft.copy(text, copied, at);
    if (piece.text !== '') draft.put(piece.text, at);
    copied = at + piece.length;
  }
  draft.copy(text, copied, text.length);
  return draft.finish();
}

/** Bytes that only this encoding writes so: an equals sign, a blank at a line's end, a no-break space. */
const tellingBytes = ['=3D', '=20\n', '=20\r', '=C2=A0'] as const;

/** A line that was broken because it would have become longer than the 76 characters allowed. C code also ends lines in `=`. */
function hasFullSoftBreak(text: string): boolean {
  for (let at = text.indexOf('=\n'); at >= 0; at = text.indexOf('=\n', at + 2)) {
    const length = at - text.lastIndexOf('\n', at - 1);
    if (length >= 70 && length <= 77) return true;
  }
  return false;
}

interface Piece {
  readonly text: string;
  readonly length: number;
}

function pieceAt(text: string, at: number): Piece | undefined {
  if (text[at + 1] === '\n') return { text: '', length: 2 };
  if (text[at + 1] === '\r' && text[at + 2] === '\n') return { text: '', length: 3 };
  const byte = byteAt(text, at);
  if (byte === undefined) return undefined;
  if (byte < 0x80) return { text: String.fromCharCode(byte), length: 3 };
  if (text.startsWith('=C2=A0', at)) return { text: ' ', length: 6 };
  // What people wrote in other alphabets around the trace is nothing that is read; it keeps its place.
  return { text: '\ufffd', length: 3 };
}

/** `=3D` in capitals, as the standard asks: `flags=ab` in a report is no byte. */
function byteAt(text: string, at: number): number | undefined {
  const digits = text.slice(at + 1, at + 3);
  if (digits.length < 2 || digits !== digits.toUpperCase()) return undefined;
  if (!isHexDigit(digits.charCodeAt(0)) || !isHexDigit(digits.charCodeAt(1))) return undefined;
  return Number.parseInt(digits, 16);
}
