/** The shape of a pack as data: what the reader checks against, and what a JSON Schema can be written from. */
export type Schema =
  /** Text that isn't empty; `form` says which texts are allowed. Text for people holds no markup. */
  | { readonly kind: 'text'; readonly form?: TextForm; readonly forPeople?: true }
  | { readonly kind: 'word'; readonly words: readonly string[] }
  | { readonly kind: 'exactly'; readonly value: true | 1 }
  /** A whole number from 1. */
  | { readonly kind: 'count' }
  /** Text, or a map with `en` and perhaps `zh-cn`. */
  | { readonly kind: 'words' }
  | { readonly kind: 'list'; readonly of: Schema; readonly least: number }
  | RecordSchema
  /** A map that has exactly one of the deciding keys; that key's record says which others go with it. */
  | { readonly kind: 'one-of'; readonly variants: Readonly<Record<string, RecordSchema>> }
  /** A map whose `key` is a word that decides which other keys go with it. */
  | { readonly kind: 'by-word'; readonly key: string; readonly variants: Readonly<Record<string, RecordSchema>> };

export interface RecordSchema {
  readonly kind: 'record';
  readonly keys: Readonly<Record<string, KeySchema>>;
  /** At least one of the keys must be there, though none is needed by itself. */
  readonly notEmpty?: true;
}

/**
 * `fragment`: a piece of C. `glob`: a path inside the tree, with `*`, `?` and `**`. `path`: a C file of the tree. `procname`: `tcp_tw_recycle`, or
 * a longer tail such as `ipv6.bindv6only`. `operand`: what a probe compares: `sk->sk_state`, `-NF_ACCEPT`.
 */
export type TextForm =
  | 'id'
  | 'name'
  | 'glob'
  | 'path'
  | 'fragment'
  | 'operand'
  | 'procname'
  | 'mib'
  | 'commit'
  | 'cve'
  | 'url'
  | 'tracepoint';

export const textForms: Readonly<Record<TextForm, RegExp>> = {
  id: /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
  name: /^[A-Za-z_][A-Za-z0-9_]*$/,
  glob: /^(?![./])(?!.*\/\.)[^\\\s{}[\]]+$/,
  path: /^(?![./])(?!.*\/\.)[^\\\s*?{}[\]]+\.[ch]$/,
  fragment: /\S/,
  operand: /^-?[A-Za-z0-9_]+(?:(?:->|\.)[A-Za-z_][A-Za-z0-9_]*)*$/,
  procname: /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/,
  mib: /^[A-Z][A-Z0-9_]*$/,
  commit: /^[0-9a-f]{12,40}$/,
  cve: /^CVE-\d{4}-\d{4,}$/,
  url: /^https?:\/\/\S+$/,
  tracepoint: /^[a-z0-9_]+:[a-z0-9_]+$/,
};

/** What makes words look like a link of Markdown, a link in angle brackets, or a command of the editor. */
export const markup: RegExp = /\]\(|<(?:https?|command|javascript|vscode|data|file):|\bcommand:[a-z_]+\./i;

export const text: Schema = { kind: 'text' };
export const words: Schema = { kind: 'words' };
export const like = (form: TextForm): Schema => ({ kind: 'text', form });
export const oneWord = (allowed: readonly string[]): Schema => ({ kind: 'word', words: allowed });
export const listOf = (of: Schema, least = 1): Schema => ({ kind: 'list', of, least });

/** A record with the keys of T, no more and no fewer, each needed where T needs it. */
export function record<T>(keys: KeysOf<T>, options: { readonly notEmpty?: true } = {}): RecordSchema {
  return { kind: 'record', keys, ...options };
}

/** @param says what the key means, for those who write packs */
export const needed = (schema: Schema, says?: string): Needed => ({ schema, needed: true, ...(says ? { says } : {}) });
export const optional = (schema: Schema, says?: string): Optional => ({
  schema,
  needed: false,
  ...(says ? { says } : {}),
});

export interface KeySchema {
  readonly schema: Schema;
  readonly needed: boolean;
  readonly says?: string;
}

interface Needed extends KeySchema {
  readonly needed: true;
}

interface Optional extends KeySchema {
  readonly needed: false;
}

type KeysOf<T> = { readonly [K in keyof T]-?: Pick<T, K> extends Required<Pick<T, K>> ? Needed : Optional };
