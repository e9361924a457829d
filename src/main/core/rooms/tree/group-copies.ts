/**
 * Sends blocks that came from another network to the group of ours (rule ROOM-152): once, by the
 * one of us that is elected, or by the first of the others whose random wait ends.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { toHex } from '../../lib/hex.ts';
import type { Random } from '../../ports.ts';
import type { Waits } from '../catch-up/waits.ts';

/** The elected one may get the block so much later than the others. */
const electedWaitMs = 10;
/** Far more than a datagram takes on one network, so that the others hear the first one in time. */
const maxWaitMs = 20;
const maxWaiting = 256;
/** Of a signature, as the key of a block. */
const keyBytes = 16;

export interface GroupCopies {
  /** Sends the block, unless the group has it meanwhile. @param isElected sends it at once */
  plan(bytes: Uint8Array, isElected: boolean): void;
  /** A datagram came from the group. */
  heard(bytes: Uint8Array): void;
}

interface Deps {
  readonly waits: Waits;
  readonly random: Pick<Random, 'fraction'>;
  readonly sendToGroup: (bytes: Uint8Array) => void;
}

export function createGroupCopies({ waits, random, sendToGroup }: Deps): GroupCopies {
  const planned = new Map<string, Unsubscribe>();

  return {
    plan(bytes, isElected) {
      const key = keyOf(bytes);
      if (planned.has(key) || planned.size >= maxWaiting) return;
      if (isElected) return sendToGroup(bytes);
      const send = (): void => {
        planned.delete(key);
        sendToGroup(bytes);
      };
      planned.set(key, waits.timer(send, electedWaitMs + random.fraction() * maxWaitMs));
    },
    heard(bytes) {
      if (planned.size === 0) return;
      planned.get(keyOf(bytes))?.();
      planned.delete(keyOf(bytes));
    },
  };
}

function keyOf(bytes: Uint8Array): string {
  return toHex(bytes.subarray(-keyBytes));
}
