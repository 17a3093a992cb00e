import { type Disposable, l10n, QuickInputButtons, type QuickPickItem, window } from 'vscode';
import { severityText } from '../core/notes/note-text.ts';
import { severities, type Severity } from '../core/notes/note.ts';
import { say } from './say.ts';

/** What a person writes of a note. */
export interface NoteForm {
  readonly title: string;
  readonly severity: Severity;
  /** Line breaks as such. */
  readonly text: string;
  readonly ticket: string;
  /** The file it is kept in, as a URI; asked for only where there is a choice. */
  readonly where: string;
}

export interface FormOptions {
  readonly heading: string;
  /** What the note is about, in one line. */
  readonly about: string;
  readonly places: readonly { readonly where: string; readonly label: string; readonly description: string }[];
}

export interface FilledForm {
  readonly form: NoteForm;
  /** False when it was left with Escape: the form is then as far as it was filled in. */
  readonly done: boolean;
}

/** One input after the other, with a way back. */
export async function askForNote(start: NoteForm, options: FormOptions): Promise<FilledForm> {
  const steps = options.places.length > 1 ? [title, severity, text, ticket, where] : [title, severity, text, ticket];
  let form = start;
  for (let at = 0; at < steps.length;) {
    const step = steps[at];
    if (step === undefined) break;
    const { form: filled, went } = await step(form, { ...options, step: at + 1, totalSteps: steps.length });
    form = filled;
    if (went === 'away') return { form, done: false };
    at += went === 'back' ? -1 : 1;
  }
  return { form, done: true };
}

interface StepOptions extends FormOptions {
  readonly step: number;
  readonly totalSteps: number;
}

interface Stepped {
  readonly form: NoteForm;
  readonly went: 'on' | 'back' | 'away';
}

const title = (form: NoteForm, options: StepOptions): Promise<Stepped> =>
  askText(form, 'title', options, {
    prompt: l10n.t('Title, one line. About: {0}', options.about),
    placeholder: l10n.t('What is to be known here?'),
    fault: (value) => (value.trim() === '' ? l10n.t('A note needs a title.') : undefined),
  });

const text = (form: NoteForm, options: StepOptions): Promise<Stepped> =>
  askText(form, 'text', options, {
    prompt: l10n.t(
      'Text, may be empty. {0} stands for a line break; long texts can be written in the file later.',
      newline,
    ),
    placeholder: l10n.t('What happens, when, and what helps'),
    fault: () => undefined,
  });

const ticket = (form: NoteForm, options: StepOptions): Promise<Stepped> =>
  askText(form, 'ticket', options, {
    prompt: l10n.t('Link to a ticket, may be empty.'),
    placeholder: 'https://',
    fault: (value) =>
      value.trim() === '' || /^https?:\/\/\S+$/.test(value.trim())
        ? undefined
        : l10n.t('An address that starts with https:// or http://, or nothing.'),
  });

function severity(form: NoteForm, options: StepOptions): Promise<Stepped> {
  const items = severities.map((value) => ({ label: severityText(value, say), value }));
  return askChoice(form, options, {
    placeholder: l10n.t('How much does it matter?'),
    items,
    chosen: items.find(({ value }) => value === form.severity),
    set: ({ value }) => ({ ...form, severity: value }),
  });
}

function where(form: NoteForm, options: StepOptions): Promise<Stepped> {
  const items = options.places.map((place) => ({ ...place }));
  return askChoice(form, options, {
    placeholder: l10n.t('Where is the note to be kept?'),
    items,
    chosen: items.find((place) => place.where === form.where),
    set: (place) => ({ ...form, where: place.where }),
  });
}

/** An input box has one line: this stands for the end of one. */
const newline = '⏎';
const toLine = (value: string): string => value.replace(/\r?\n/g, newline);
const fromLine = (value: string): string => value.replaceAll(newline, '\n');

interface TextQuestion {
  readonly prompt: string;
  readonly placeholder: string;
  readonly fault: (value: string) => string | undefined;
}

function askText(
  form: NoteForm,
  key: 'title' | 'text' | 'ticket',
  { heading, step, totalSteps }: StepOptions,
  { prompt, placeholder, fault }: TextQuestion,
): Promise<Stepped> {
  const box = window.createInputBox();
  Object.assign(box, { title: heading, step, totalSteps, prompt, placeholder, ignoreFocusOut: true });
  box.value = toLine(form[key]);
  box.buttons = step > 1 ? [QuickInputButtons.Back] : [];
  const filled = (): NoteForm => ({ ...form, [key]: fromLine(box.value) });
  return whenDone(box, filled, (went) => {
    box.onDidChangeValue(() => (box.validationMessage = undefined));
    box.onDidAccept(() => {
      box.validationMessage = fault(box.value);
      if (box.validationMessage === undefined) went('on');
    });
  });
}

interface ChoiceQuestion<Item extends QuickPickItem> {
  readonly placeholder: string;
  readonly items: readonly Item[];
  readonly chosen: Item | undefined;
  readonly set: (item: Item) => NoteForm;
}

function askChoice<Item extends QuickPickItem>(
  form: NoteForm,
  { heading, step, totalSteps }: StepOptions,
  { placeholder, items, chosen, set }: ChoiceQuestion<Item>,
): Promise<Stepped> {
  const box = window.createQuickPick<Item>();
  Object.assign(box, { title: heading, step, totalSteps, placeholder, ignoreFocusOut: true });
  box.items = items;
  box.activeItems = chosen === undefined ? [] : [chosen];
  box.buttons = step > 1 ? [QuickInputButtons.Back] : [];
  const filled = (): NoteForm => {
    const [item] = box.activeItems;
    return item === undefined ? form : set(item);
  };
  return whenDone(box, filled, (went) => box.onDidAccept(() => went('on')));
}

interface Input extends Disposable {
  show(): void;
  onDidHide(listener: () => void): Disposable;
  onDidTriggerButton(listener: (button: unknown) => void): Disposable;
}

/** Shows an input until it is accepted, gone back from or left; whatever was typed until then is kept. */
function whenDone(
  box: Input,
  filled: () => NoteForm,
  listen: (went: (where: Stepped['went']) => void) => void,
): Promise<Stepped> {
  return new Promise((resolve) => {
    let isOver = false;
    const end = (went: Stepped['went']): void => {
      // Disposing hides the input too.
      if (isOver) return;
      isOver = true;
      resolve({ form: filled(), went });
      box.dispose();
    };
    listen(end);
    box.onDidTriggerButton((button) => {
      if (button === QuickInputButtons.Back) end('back');
    });
    box.onDidHide(() => end('away'));
    box.show();
  });
}
