import type { Guard } from '../../core/model.ts';
import type { Call } from '../command.ts';

/** A guard as a line below what it guards; what was passed earlier is dimmed. */
export function guardLine(call: Call, file: string, guard: Guard): string {
  const line = `    ${file}:${guard.line}  ${guard.holds ? 'true ' : 'false'}  ${guard.text}`;
  return guard.early === true ? call.style.dim(line) : line;
}
