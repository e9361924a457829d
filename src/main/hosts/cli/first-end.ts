/**
 * The end of a session in the terminal. A command, the input or a signal can cause it; the first
 * one counts.
 */

export interface FirstEnd<End> {
  /** Resolves to the first end. */
  readonly promise: Promise<End>;
  settle(end: End): void;
  reached(): boolean;
}

/** @param aborted the end for an abort of `signal` */
export function createEnd<End>(signal: AbortSignal, aborted: End): FirstEnd<End> {
  let reached = false;
  let resolvePromise: (end: End) => void = () => undefined;
  const promise = new Promise<End>((resolve) => (resolvePromise = resolve));
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  return { promise, settle, reached: () => reached };

  function onAbort(): void {
    settle(aborted);
  }

  function settle(end: End): void {
    reached = true;
    signal.removeEventListener('abort', onAbort);
    resolvePromise(end);
  }
}
