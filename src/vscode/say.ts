import { l10n } from 'vscode';
import { problemText } from '../core/report/problem-text.ts';
import type { Problem } from '../core/problem.ts';
import type { Say } from '../core/report/say.ts';

/** Sentences in the editor's language. */
export const say: Say = (template, ...args) => l10n.t(template, ...args);

/** A problem as one or two sentences for a message box or the log. */
export function problemSentence(problem: Problem): string {
  const { what, next } = problemText(problem, say);
  const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  return `${sentence(what)}. ${sentence(next)}.`;
}
