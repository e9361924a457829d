/** Makes the sentence of a refusal from its code and values. Only hosts call it. */
import type { Refusal } from './problem-values.ts';
import { refusalMessages } from './refusals.ts';
import { formatMessage } from './say.ts';

export function describeRefusal({ code, values }: Pick<Refusal, 'code' | 'values'>): string {
  return formatMessage(refusalMessages[`refusal.${code}`], values);
}
