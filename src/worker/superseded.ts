import type { QuestionName } from '../host/engine-messages.ts';

export interface Superseded {
  /**
   * Notes a question, and aborts those about an older text of the same file: while someone types, only what the
   * editor shows now is worth an answer.
   */
  note(asked: Asked): void;
  forget(asked: Asked): void;
}

export interface Asked {
  readonly root: string;
  readonly question: QuestionName;
  readonly request: unknown;
  readonly controller: AbortController;
}

/** Asked again by the editor after every change; what a person asks for is answered whatever is typed behind it. */
const asksAgain: ReadonlySet<QuestionName> = new Set(['lensSpots', 'lens']);

export function watchSuperseded(): Superseded {
  const current = new Map<string, { readonly text: string; readonly open: Set<AbortController> }>();
  return {
    note: (asked) => {
      const text = textOf(asked);
      if (text === undefined) return;
      const known = current.get(keyOf(asked));
      if (known?.text === text) {
        known.open.add(asked.controller);
        return;
      }
      known?.open.forEach((controller) => controller.abort());
      current.set(keyOf(asked), { text, open: new Set([asked.controller]) });
    },
    forget: (asked) => {
      const known = current.get(keyOf(asked));
      known?.open.delete(asked.controller);
      if (known?.open.size === 0) current.delete(keyOf(asked));
    },
  };
}

function keyOf({ root, request }: Asked): string {
  return `${root}\n${String(fieldOf(request, 'file'))}`;
}

/** The editor's text; undefined where the question speaks of the file on disk, which nobody types. */
function textOf({ question, request }: Asked): string | undefined {
  const text = asksAgain.has(question) ? fieldOf(request, 'text') : undefined;
  return typeof text === 'string' ? text : undefined;
}

function fieldOf(request: unknown, field: 'file' | 'text'): unknown {
  return typeof request === 'object' && request !== null
    ? Object.entries(request).find(([name]) => name === field)?.[1]
    : undefined;
}
