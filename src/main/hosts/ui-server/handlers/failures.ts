/** Failures that several areas answer. */
export interface Failure {
  readonly ok: false;
  readonly code: string;
  readonly message: string;
}

export const notAvailable: Failure = { ok: false, code: 'not-available', message: 'This node cannot talk to anybody.' };

export const notKept: Failure = { ok: false, code: 'not-kept', message: 'That could not be kept. The disk may be full.' };
