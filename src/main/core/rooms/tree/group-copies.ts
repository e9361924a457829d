/**
 * Sends blocks that came from another network to the group of ours (rule ROOM-152): once, by the
 * first of us whose random wait ends.
 */
import type { Unsubscribe } from '../../../../shared/rpc/link.ts';
import { toHex } from '../../lib/hex.ts';
import type { Random } from '../../ports.ts';
import type { Waits } from '../catch-up/waits.ts';

/** Far more than a datagram takes on one network, so that the others hear the first one in time. */
const maxWaitMs = 20;
const maxWaiting = 256;
/** Of a signature, as the key of a block. */
const keyBytes = 16;

export interface GroupCopies {
  /** Sends the block, unless the group has it meanwhile. */
  plan(bytes: Uint8Array): void;
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
    plan(bytes) {
      const key = keyOf(bytes);
      if (planned.has(key) || planned.size >= maxWaiting) return;
      const send = (): void => {
        planned.delete(key);
        sendToGroup(bytes);
      };
      planned.set(key, waits.timer(send, random.fraction() * maxWaitMs));
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
