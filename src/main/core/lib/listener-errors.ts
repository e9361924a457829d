/** What becomes of an error that a listener throws: a bug of ours, which belongs in the log and stops nothing else. */
import type { Log } from '../ports.ts';
import { stackOf } from './unhandled-errors.ts';

/** @returns what an emitter of the core reports such an error to */
export function logListenerErrors(log: Log): (error: unknown) => void {
  return (error) => log.write('error', 'a listener failed', { error: stackOf(error) });
}
