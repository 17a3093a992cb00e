/** The languages packs are written in. */
export type Language = 'en' | 'zh-cn';

/** Words for people: plain where a pack has one language, else English with a Simplified Chinese twin. */
export type Words = string | { readonly en: string; readonly 'zh-cn'?: string };

/** The words in `language`; English where that language was not written. */
export function inLanguage(words: Words, language: Language): string {
  return typeof words === 'string' ? words : (words[language] ?? words.en);
}
