const longestId = 48;

/** An id for a note or an incident made of its title, unlike those that are taken: `listener-lock-is-hot`, `note-2`. */
export function idFromTitle(title: string, taken: readonly string[]): string {
  const words = title
    .normalize('NFKD')
    .toLowerCase()
    .replace(/['’]|\p{M}/gu, '')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  const id = fitting(/^[a-z]/.test(words[0] ?? '') ? words : ['note', ...words]);
  for (let count = 1; ; count++) {
    const numbered = count === 1 ? id : `${id}-${count}`;
    if (!taken.includes(numbered)) return numbered;
  }
}

/** As many whole words as fit, and at least a part of the first. */
function fitting([first = '', ...rest]: readonly string[]): string {
  return rest.reduce(
    (id, word, index) => {
      const longer = `${id}-${word}`;
      const isWhole = id.split('-').length === index + 1;
      return isWhole && longer.length <= longestId ? longer : id;
    },
    first.slice(0, longestId),
  );
}
