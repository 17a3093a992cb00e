import { unwrapHtml } from './html.ts';
import { unwrapJson } from './json.ts';
import { unwrapQuotedPrintable } from './quoted-printable.ts';
import type { Unwrapped } from './unwrapped.ts';

/**
 * Takes a text out of what wraps it as a whole: JSON, then quoted-printable, then HTML (a mail's HTML part is encoded
 * twice). A text that is clearly none of these comes back as it is.
 */
export function unwrap(pasted: string): Unwrapped {
  let unwrapped: Unwrapped = { text: pasted };
  for (const layer of layers) {
    const inner = layer(unwrapped.text);
    if (inner !== undefined) unwrapped = compose(unwrapped, inner);
  }
  return unwrapped;
}

const layers = [unwrapJson, unwrapQuotedPrintable, unwrapHtml] as const;

function compose(outer: Unwrapped, inner: Unwrapped): Unwrapped {
  const { origin: from } = outer;
  if (from === undefined || inner.origin === undefined) return inner;
  return { text: inner.text, origin: inner.origin.map((offset) => from[offset] ?? 0) };
}
