/** Decodes a description without holding up other work: 100,000 files take a while. */
import type { Clock } from '../ports.ts';
import { decodeDescription, type Description } from './description.ts';
import type { TransferOptions } from './options.ts';
import type { Offer } from './ports.ts';

export async function decodeInTurns(
  clock: Pick<Clock, 'setTimer'>,
  bytes: Uint8Array,
  offer: Offer,
  { filesPerTurn }: Pick<TransferOptions, 'filesPerTurn'>,
): Promise<Description | undefined> {
  const decoding = decodeDescription(bytes, offer);
  for (let count = 1; ; count += 1) {
    const step = decoding.next();
    if (step.done) return step.value;
    if (count % filesPerTurn === 0) await new Promise<void>((resolve) => void clock.setTimer(resolve, 0));
  }
}
