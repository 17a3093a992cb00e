import type { FrameRole } from '../../model.ts';
import type { FrameReading } from './dialect.ts';

/**
 * The role of the frame below another in a bare stack: under an exception or interrupt entry stands the address
 * that was interrupted, which is no return address and must not be moved back into the instruction before.
 */
export function roleBelow(above: FrameReading | undefined): FrameRole {
  return above?.name !== undefined && above.reliable && isInterruptEntry(above.name) ? 'interrupted' : 'call';
}

/** x86's entry stubs (arch/x86/include/asm/idtentry.h makes the asm_* ones; the others are those of older trees). */
function isInterruptEntry(name: string): boolean {
  if (name.startsWith('asm_'))
    return name.startsWith('asm_exc_') || name.startsWith('asm_sysvec_') || name === 'asm_common_interrupt';
  return olderEntries.has(name);
}

const olderEntries: ReadonlySet<string> = new Set([
  'apic_timer_interrupt',
  'async_page_fault',
  'call_function_single_interrupt',
  'error_entry',
  'general_protection',
  'invalid_op',
  'page_fault',
  'reschedule_interrupt',
  'ret_from_intr',
]);
