/**
 * Decides whether a repair goes to the group (rules ROOM-76 and ROOM-77). It counts the askers of
 * our newest blocks, and the tokens that our fresh blocks bring. Pure but for these counts.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { RepairBlock } from './block-ring.ts';

/** The mean is taken over so many of our newest blocks. */
const windowBlocks = 200;

const maxGroupRepairs = 4;

/** So at most five datagrams go to the group for each fresh block, over any long time. */
const tokensPerBlock = 4;
const maxTokens = 64;

export interface RepairChoice {
  /** A fresh block of ours went to the group. */
  sent(block: RepairBlock): void;
  /** That peer asks for that block for the first time. */
  asked(asker: PeerId, block: RepairBlock): void;
  /** @returns true if this repair is for the group; its token is spent then */
  takeGroup(block: RepairBlock): boolean;
  /** @returns true if there was a token; it is spent then */
  takeToken(): boolean;
}

export function createRepairChoice(addressOf: (peerId: PeerId) => string | undefined): RepairChoice {
  const window = new Set<RepairBlock>();
  /** Blocks of the window that were asked for from each address. Keys are cheap, addresses less so. */
  const asksOf = new Map<string, number>();
  let asks = 0;
  let tokens = 0;

  function change(address: string, by: number): void {
    const count = (asksOf.get(address) ?? 0) + by;
    if (count > 0) asksOf.set(address, count);
    else asksOf.delete(address);
    asks += by;
  }

  /** Without the address that asks most, because one bad receiver is no reason to send to all. */
  function meanAskers(): number {
    return (asks - Math.max(0, ...asksOf.values())) / Math.max(1, window.size);
  }

  function isWantedByMany(block: RepairBlock): boolean {
    return block.addresses.size >= 2 || meanAskers() >= 1;
  }

  function takeToken(): boolean {
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  }

  return {
    sent(block) {
      tokens = Math.min(maxTokens, tokens + tokensPerBlock);
      window.add(block);
      if (window.size <= windowBlocks) return;
      const [oldest] = window;
      if (oldest === undefined) return;
      window.delete(oldest);
      for (const address of oldest.addresses) change(address, -1);
    },
    asked(asker, block) {
      const address = addressOf(asker) ?? asker;
      if (block.addresses.has(address)) return;
      block.addresses.add(address);
      if (window.has(block)) change(address, 1);
    },
    takeGroup(block) {
      if (block.groupRepairs >= maxGroupRepairs || !isWantedByMany(block) || !takeToken()) return false;
      block.groupRepairs += 1;
      return true;
    },
    takeToken,
  };
}
