/** What a command says to whoever started it: results on standard output, complaints on standard error, and a status at its end. */

export const exitStatus = { done: 0, failed: 1, misunderstood: 2 } as const;
export type ExitStatus = (typeof exitStatus)[keyof typeof exitStatus];

/** Settles when the reader has the text, or has gone. */
export async function print(text: string): Promise<ExitStatus> {
  await write(`${text}\n`);
  return exitStatus.done;
}

/** As `print`, of a part of what is said. */
export function write(text: string): Promise<void> {
  return new Promise((resolve) => process.stdout.write(text, () => resolve()));
}

export function complain(status: ExitStatus, message: string): ExitStatus {
  process.stderr.write(`${message}\n`);
  return status;
}
