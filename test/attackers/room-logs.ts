/** The logs of `#everyone` that an attacker learns from the blocks that it hears. */
import { fromHex } from '../../src/main/core/lib/hex.ts';
import { decodeBlock, type Block } from '../../src/main/core/rooms/wire/block.ts';
import { logTagOf } from '../../src/main/core/rooms/wire/log-tag.ts';
import { roomIdOf } from '../../src/main/core/rooms/wire/room-id.ts';
import { createHashes } from '../../src/main/node/crypto/hash.ts';
import type { AttackSetup } from './attack-setup.ts';

export interface OverheardLog extends Pick<Block, 'publicKey' | 'epoch'> {
  /** 16 hex digits. */
  readonly tag: string;
  /** Of the newest message that was heard. */
  readonly number: number;
}

export const hash = createHashes();
export const room = roomIdOf('everyone', 'open', hash);
export const roomBytes = fromHex(room);

/** By tag. */
export function overhearLogs(setup: Pick<AttackSetup, 'onGroup'>): ReadonlyMap<string, OverheardLog> {
  const logs = new Map<string, OverheardLog>();
  setup.onGroup((bytes) => {
    const decoded = decodeBlock(bytes);
    if (!decoded.ok || decoded.block.room !== room) return;
    const { block } = decoded;
    const tag = logTagOf(block, hash);
    const number = Math.max(logs.get(tag)?.number ?? 0, block.first + block.texts.length - 1);
    logs.set(tag, { publicKey: block.publicKey.slice(), epoch: block.epoch, tag, number });
  });
  return logs;
}
