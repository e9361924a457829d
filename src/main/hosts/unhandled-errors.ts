/**
 * Errors that no code handled: bugs, after which the state of the process is unknown. So every host
 * logs them and ends. It says no goodbye: the kernel releases the profile, and peers notice the
 * silence.
 */

/** The part of `process` that reports them. */
interface Source {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown;
}

/**
 * Replaces the defaults: Node.js ends without our log, Electron shows a dialog or only warns.
 *
 * @param end logs the error and ends the process
 */
export function onUnhandledErrors(source: Source, end: (error: unknown) => void): void {
  source.on('uncaughtException', end);
  source.on('unhandledRejection', end);
}
