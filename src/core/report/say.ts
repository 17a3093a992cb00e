/**
 * How sentences are made: an English template with {0}, {1}, ... and its arguments. The editor passes its own
 * translating function; the command line and tests use `english`.
 */
export type Say = (template: string, ...args: readonly (string | number)[]) => string;

export const english: Say = (template, ...args) =>
  template.replace(/\{(\d)\}/g, (whole, index: string) => String(args[Number(index)] ?? whole));
