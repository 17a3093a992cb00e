/**
 * The part of an AbortSignal that core and its ports use. The platform's own signals fit; core names no platform.
 */
export interface CancelSignal {
  readonly aborted: boolean;
  /** Throws the signal's reason when it was aborted. */
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}
