/** Character classes by code, for scanners that look at each character once. Codes past the end of a text are NaN and in no class. */

export const isDigit = (code: number): boolean => code >= 48 && code <= 57;

export const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90);

export const isHexDigit = (code: number): boolean =>
  isDigit(code) || (code >= 97 && code <= 102) || (code >= 65 && code <= 70);

/** What a symbol's name is made of: C identifiers and the compiler's `.isra.0`, `$`. */
export const isSymbolCharacter = (code: number): boolean =>
  isLetter(code) || isDigit(code) || code === 95 /* _ */ || code === 46 /* . */ || code === 36; /* $ */

/** What a module's name is made of. */
export const isModuleCharacter = (code: number): boolean =>
  isLetter(code) || isDigit(code) || code === 95 /* _ */ || code === 45; /* - */

export const isBlank = (code: number): boolean => code === 32 || code === 9;

/** The first index at or after `at` whose character is not in the class; at most `limit` characters on. */
export function skipWhile(
  text: string,
  at: number,
  inClass: (code: number) => boolean,
  limit: number = Infinity,
): number {
  const end = Math.min(text.length, at + limit);
  let index = at;
  while (index < end && inClass(text.charCodeAt(index))) index++;
  return index;
}

export const skipBlanks = (text: string, at: number): number => skipWhile(text, at, isBlank);
