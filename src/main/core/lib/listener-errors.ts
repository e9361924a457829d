/** Logs an error that a listener throws. It is a bug of ours, and must not stop other listeners. */
import type { Log } from '../ports.ts';

/** @returns the error handler for an emitter of the core */
export function logListenerErrors(log: Log): (error: unknown) => void {
  return (error) => log.write('error', 'a listener failed', { error: stackOf(error) });
}

/** @returns the error with its stack, for the log */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
