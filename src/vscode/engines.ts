import {
  type CancellationToken,
  type Event,
  EventEmitter,
  type ExtensionContext,
  type LogOutputChannel,
  type TextDocument,
} from 'vscode';
import type { Context, Engine, FileRequest, Progress } from '../core/engine.ts';
import { startEngineClient } from '../host/engine-client.ts';
import type { Lessons } from '../host/engine-messages.ts';
import type { InTree } from './trees.ts';
import { languageHere, workerOptions } from './worker-options.ts';

export interface Engines {
  engine(root: string): Engine;
  /** From now on the engine of this tree knows its wrappers. */
  learn(root: string, wrappers: string): void;
  /** What engines know of the user's packs. */
  lessons(): Lessons;
  teach(lessons: Lessons): void;
  /** Whatever was said of incidents before may be different now. */
  readonly onDidTeach: Event<void>;
}

/** The engine's worker, started with the first question and stopped with the extension. */
export function startEngines(context: ExtensionContext, log: LogOutputChannel): Engines {
  const client = startEngineClient(workerOptions(context, log));
  const taught = new EventEmitter<void>();
  let known: Lessons = { language: languageHere() };
  context.subscriptions.push(taught, { dispose: () => void client.stop() });
  return {
    ...client,
    lessons: () => known,
    teach: (lessons) => {
      known = lessons;
      client.teach(lessons);
      taught.fire();
    },
    onDidTeach: taught.event,
  };
}

/** A question's context from the editor's token. */
export function contextFor(
  token: CancellationToken | undefined,
  progress: (report: Progress) => void = () => {},
): Context {
  const controller = new AbortController();
  if (token?.isCancellationRequested === true) controller.abort();
  token?.onCancellationRequested(() => controller.abort());
  return { signal: controller.signal, progress };
}

/** Asks about the text in the editor where it differs from the file on disk. */
export function fileRequest(document: TextDocument, { file }: InTree): FileRequest {
  return document.isDirty ? { file, text: document.getText() } : { file };
}

/** Whether an error only says that the question was cancelled. */
export const isCancelled = (error: unknown): boolean => error instanceof Error && error.name === 'AbortError';
