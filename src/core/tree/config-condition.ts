import { tokenize, type Token } from './tokens.ts';

/**
 * Whether a preprocessor condition holds in a .config: `CONFIG_TCP_MD5SIG`, `IS_ENABLED(CONFIG_IPV6)`,
 * `!(CONFIG_A) && defined(CONFIG_B)`. Undefined where it rests on anything but the configuration.
 *
 * @param config the text of a .config: a symbol that it doesn't set is not set
 */
export function holdsIn(condition: string, config: string): boolean | undefined {
  const reader: Reader = { tokens: tokenize(condition), at: 0, config };
  const value = anyOf(reader);
  return reader.at === reader.tokens.length ? value : undefined;
}

interface Reader {
  readonly tokens: readonly Token[];
  at: number;
  readonly config: string;
}

function taken(reader: Reader, text: string): boolean {
  if (reader.tokens[reader.at]?.text !== text) return false;
  reader.at++;
  return true;
}

/** `a || b`: one that holds is enough, whatever the others are. */
function anyOf(reader: Reader): boolean | undefined {
  let value = allOf(reader);
  while (taken(reader, '||')) {
    const next = allOf(reader);
    value = value === true || next === true ? true : value === undefined || next === undefined ? undefined : false;
  }
  return value;
}

function allOf(reader: Reader): boolean | undefined {
  let value = one(reader);
  while (taken(reader, '&&')) {
    const next = one(reader);
    value = value === false || next === false ? false : value === undefined || next === undefined ? undefined : true;
  }
  return value;
}

function one(reader: Reader): boolean | undefined {
  if (taken(reader, '!')) {
    const value = one(reader);
    return value === undefined ? undefined : !value;
  }
  if (taken(reader, '(')) {
    const value = anyOf(reader);
    return taken(reader, ')') ? value : undefined;
  }
  const token = reader.tokens[reader.at++];
  if (token?.kind !== 'word') return undefined;
  const test = tests[token.text];
  if (test === undefined) return isSet(token.text, reader.config);
  const open = taken(reader, '(');
  const symbol = reader.tokens[reader.at++]?.text ?? '';
  if (open && !taken(reader, ')')) return undefined;
  return symbol.startsWith('CONFIG_') ? test(symbol, reader.config) : undefined;
}

/** What autoconf.h defines: the symbol itself for y, symbol_MODULE for m. */
function isSet(name: string, config: string): boolean | undefined {
  if (!name.startsWith('CONFIG_')) return undefined;
  const value = valueOf(name, config);
  if (value !== undefined) return value !== 'm' && value !== '0';
  return name.endsWith('_MODULE') && valueOf(name.slice(0, -7), config) === 'm';
}

/** include/linux/kconfig.h. IS_REACHABLE also asks whether the asking code is a module: only y settles it. */
const tests: Readonly<Record<string, (symbol: string, config: string) => boolean | undefined>> = {
  defined: isSet,
  IS_ENABLED: (symbol, config) => ['y', 'm'].includes(valueOf(symbol, config) ?? ''),
  IS_BUILTIN: (symbol, config) => valueOf(symbol, config) === 'y',
  IS_MODULE: (symbol, config) => valueOf(symbol, config) === 'm',
  IS_REACHABLE: (symbol, config) => {
    const value = valueOf(symbol, config);
    return value === 'm' ? undefined : value === 'y';
  },
};

function valueOf(symbol: string, config: string): string | undefined {
  const at = `\n${config}`.indexOf(`\n${symbol}=`);
  return at < 0
    ? undefined
    : config
        .slice(at + symbol.length + 1)
        .split('\n', 1)[0]
        ?.trim();
}
