/** What becomes of an error that a listener throws: a bug of ours, which belongs in the log and stops nothing else. */
import type { Log } from '../ports.ts';

/** @returns what an emitter of the core reports such an error to */
export function logListenerErrors(log: Log): (error: unknown) => void {
  return (error) => log.write('error', 'a listener failed', { error: stackOf(error) });
}

/** @returns the error with the place where it was made, for a log */
export function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
