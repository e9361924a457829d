/** Failures that several areas answer. The core answers codes and values; a page gets a sentence with them. */
import { describeRefusal } from '../../../../shared/text/messages/describe-refusal.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import type { Refusal } from '../../../../shared/text/messages/problem-values.ts';

export interface Failure {
  readonly ok: false;
  readonly code: string;
  readonly message: string;
}

export const notAvailable: Failure = { ok: false, code: 'not-available', message: say('failure.not-available') };

export const notKept: Failure = { ok: false, code: 'not-kept', message: say('failure.not-kept') };

export function refused({ code, values }: Refusal): Failure {
  return { ok: false, code, message: describeRefusal({ code, values }) };
}
