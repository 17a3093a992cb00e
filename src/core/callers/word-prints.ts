/**
 * The words of a text as numbers: which file may speak of a function is asked of all files at once, and most of them
 * are then never opened.
 */

/** Sorted, each once: 32 bits of each word. Two words may share one, so a file that has it must still be looked at. */
export type WordPrints = Uint32Array;

/** Shorter words are left out: they name variables, and no function of the kernel. */
const shortest = 3;

/** The prints of all words of a text, those of comments and directives too. One pass. */
export function wordPrints(text: string): WordPrints {
  const end = text.length;
  // No more words than every fourth character: there is always a free place. A place that holds 0 is free.
  const places = new Uint32Array(2 ** Math.ceil(Math.log2(end / 3 + 2)));
  const mask = places.length - 1;
  const found = new Uint32Array(places.length);
  let count = 0;
  for (let at = 0; at < end; at++) {
    const start = at;
    let print = seed;
    for (let code = text.charCodeAt(at); isWordCode(code); code = text.charCodeAt(++at)) print = mixed(print, code);
    if (at - start < shortest) continue;
    const word = finished(print);
    let place = word & mask;
    while (places[place] !== 0 && places[place] !== word) place = (place + 1) & mask;
    if (places[place] === 0) found[count++] = word;
    places[place] = word;
  }
  return found.slice(0, count).sort();
}

/** Whether a text with these prints may hold a word; of short words that is never known. */
export function mayHold(prints: WordPrints, word: string): boolean {
  return word.length < shortest || hasPrint(prints, wordPrint(word));
}

export function wordPrint(word: string): number {
  let print = seed;
  for (let at = 0; at < word.length; at++) print = mixed(print, word.charCodeAt(at));
  return finished(print);
}

export function hasPrint(prints: WordPrints, print: number): boolean {
  let low = 0;
  let high = prints.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const found = prints[middle] ?? 0;
    if (found === print) return true;
    if (found < print) low = middle + 1;
    else high = middle - 1;
  }
  return false;
}

/** FNV-1a: one multiplication for each character, and words that differ in one letter lie far apart. */
const seed = 0x811c9dc5;
const mixed = (print: number, code: number): number => Math.imul(print ^ code, 0x01000193);
/** Never 0. */
const finished = (print: number): number => print >>> 0 || 1;

const wordCodes: Uint8Array = Uint8Array.from({ length: 128 }, (_, code) =>
  /\w/.test(String.fromCharCode(code)) ? 1 : 0,
);

const isWordCode = (code: number): boolean => wordCodes[code] === 1;
