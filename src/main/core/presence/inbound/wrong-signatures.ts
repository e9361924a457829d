/**
 * Counts wrong signatures in a row under the key and from the address of a listed peer (rule
 * FLOW-11). After many of them the peer counts as an unknown sender for a while, because a flood
 * under listed keys must not have the lane of known peers.
 */
import type { Clock } from '../../ports.ts';
import type { PresenceOptions } from '../options.ts';

export interface WrongSignatures {
  wrong(peerId: string): void;
  right(peerId: string): void;
  isDistrusted(peerId: string): boolean;
}

type Options = Pick<PresenceOptions, 'maxWrongSignatures' | 'distrustMs' | 'maxPeers'>;

export function createWrongSignatures({ clock }: { readonly clock: Clock }, options: Options): WrongSignatures {
  const inRow = new Map<string, number>();
  const distrustedUntilMs = new Map<string, number>();

  return {
    wrong(peerId) {
      const count = (inRow.get(peerId) ?? 0) + 1;
      remember(inRow, peerId, count);
      if (count < options.maxWrongSignatures) return;
      inRow.delete(peerId);
      remember(distrustedUntilMs, peerId, clock.monotonicMs() + options.distrustMs);
    },
    right: (peerId) => void inRow.delete(peerId),
    isDistrusted: (peerId) => (distrustedUntilMs.get(peerId) ?? -Infinity) > clock.monotonicMs(),
  };

  /** Forgets the longest unchanged entry when there are more than peers. */
  function remember(table: Map<string, number>, peerId: string, value: number): void {
    table.delete(peerId);
    table.set(peerId, value);
    const [oldest] = table.keys();
    if (table.size > options.maxPeers && oldest !== undefined) table.delete(oldest);
  }
}
