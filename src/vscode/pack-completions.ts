import {
  CompletionItem,
  CompletionItemKind,
  type ExtensionContext,
  languages,
  Range,
  SnippetString,
  type TextDocument,
} from 'vscode';
import type { PackCompletion } from '../core/incidents/complete-pack.ts';
import { isPack } from './pack-files.ts';

/** Keys, words and ids while a pack is written; works without any YAML extension. */
export function registerPackCompletions(context: ExtensionContext): void {
  const provideCompletionItems = async (
    document: TextDocument,
    position: Parameters<TextDocument['offsetAt']>[0],
  ): Promise<CompletionItem[]> => {
    if (!isPack(document)) return [];
    const { completePack, wordAround } = await import('../core/incidents/complete-pack.ts');
    const { builtInIds } = await import('../host/user-packs.ts');
    const text = document.getText();
    const at = document.offsetAt(position);
    const { start, end } = wordAround(text, at);
    const range = new Range(document.positionAt(start), document.positionAt(end));
    return completePack(text, at, builtInIds()).map((each) => itemOf(each, range));
  };
  context.subscriptions.push(
    languages.registerCompletionItemProvider(
      [{ scheme: 'file', pattern: '**/*.{yaml,yml}' }],
      { provideCompletionItems },
      ' ',
      '{',
      '[',
      ',',
    ),
  );
}

const kinds = {
  key: CompletionItemKind.Property,
  word: CompletionItemKind.EnumMember,
  id: CompletionItemKind.Reference,
} as const;

function itemOf({ kind, label, insert, says, isNeeded }: PackCompletion, range: Range): CompletionItem {
  const item = new CompletionItem(label, kinds[kind]);
  // The cursor goes between the brackets.
  item.insertText = insert.endsWith('[]') ? new SnippetString(`${insert.slice(0, -1)}$0]`) : insert;
  item.range = range;
  item.detail = says;
  // What must be there comes first.
  item.sortText = `${isNeeded ? 0 : 1} ${label}`;
  return item;
}
