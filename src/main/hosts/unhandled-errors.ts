/**
 * Errors that nobody handled: bugs, after which the state of the process is unknown, so that every host says so in its log and ends. There is
 * no goodbye: the kernel releases the profile, and peers notice the silence.
 */

/** The part of `process` that tells of them. */
interface Source {
  on(event: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown;
}

/**
 * Node.js ends by itself, Electron shows a dialog or only warns: a host that calls this does neither.
 *
 * @param end logs the error and ends the process
 */
export function onUnhandledErrors(source: Source, end: (error: unknown) => void): void {
  source.on('uncaughtException', end);
  source.on('unhandledRejection', end);
}
