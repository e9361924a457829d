/** Checks of single fields, which several frames have. Pure. */
import type { MessageId } from '../../../../shared/lib/ids.ts';

const messageIdPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const reasonPattern = /^[a-z][a-z0-9-]{0,31}$/;

export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

export function isMessageId(value: unknown): value is MessageId {
  return typeof value === 'string' && messageIdPattern.test(value);
}

/** A word of the protocol, such as the reason of a bye or a capability. */
export function isReason(value: unknown): value is string {
  return typeof value === 'string' && reasonPattern.test(value);
}
