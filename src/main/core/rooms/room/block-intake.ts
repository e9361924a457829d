/**
 * Takes blocks from datagrams, cheapest checks first (rules ROOM-82, ROOM-83): bytes that were
 * handled before, form, room, budgets, and the signature last. `room-live.ts` persists what passes.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { toHex } from '../../lib/hex.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { Arrival } from '../../lib/endpoint.ts';
import type { Clock, Hash, Signatures } from '../../ports.ts';
import { createRoomBudgets } from '../live/budgets.ts';
import { blockOffsets, datagramBlockLimits, decodeBlock, verifyBlock, type RoomId, type SignedBlock } from '../wire/block.ts';
import { logTagOf } from '../wire/log-tag.ts';
import type { RoomKeeper } from './room-keeper.ts';

export interface BlockIntake {
  /** @returns a block that is new and whose signature is right */
  take(bytes: Uint8Array, source: Arrival): SignedBlock | undefined;
  isHandled(bytes: Uint8Array): boolean;
  /** The same bytes are not checked again. */
  remember(bytes: Uint8Array): void;
  forget(bytes: Uint8Array): void;
  /** Datagrams dropped, by reason. */
  readonly dropped: ReadonlyMap<string, number>;
}

export interface BlockIntakeDeps {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly hash: Hash;
  readonly signatures: Signatures;
  readonly ownKey: Uint8Array;
  /** The joined rooms. */
  readonly keeperOf: (room: RoomId) => RoomKeeper | undefined;
  readonly peerIdOf: (publicKey: Uint8Array) => PeerId | undefined;
  readonly isHere: (peerId: PeerId) => boolean;
  readonly isKnown: (peerId: PeerId) => boolean;
  readonly isProvedAddress: (address: string) => boolean;
  /** A block of ours came back. */
  readonly onLoopback: (source: Arrival) => void;
}

/** Signatures of blocks that were handled, so that a repeat costs no check. */
const maxRemembered = 8_192;
/** Of a signature, as the key of what was handled. */
const rememberedBytes = 16;

export function createBlockIntake(deps: BlockIntakeDeps): BlockIntake {
  const { clock, keeperOf } = deps;
  const budgets = createRoomBudgets();
  const handled = createLruMap<string, true>(maxRemembered);
  const dropped = new Map<string, number>();

  return {
    take(bytes, source) {
      // Before the signature, which costs most: the same bytes come often.
      if (handled.get(keyOf(bytes))) {
        if (isOwn(bytes)) deps.onLoopback(source);
        return undefined;
      }
      const result = check(bytes, source);
      if (typeof result !== 'string') return result;
      dropped.set(result, (dropped.get(result) ?? 0) + 1);
      return undefined;
    },
    isHandled: (bytes) => handled.has(keyOf(bytes)),
    remember,
    forget: (bytes) => handled.delete(keyOf(bytes)),
    dropped,
  };

  /** @returns the block, or the reason against it */
  function check(bytes: Uint8Array, { address }: Arrival): SignedBlock | string {
    const nowMs = clock.monotonicMs();
    if (budgets.refusesSource(address, nowMs)) return 'source-refused';
    const decoded = decodeBlock(bytes, datagramBlockLimits);
    if (!decoded.ok) return decoded.reason;
    const { block } = decoded;
    const keeper = keeperOf(block.room);
    if (!keeper) return 'room';
    const author = authorOf(block.publicKey, keeper, block.epoch);
    const isKnownAuthor = deps.isKnown(author) || deps.isHere(author);
    const datagram = { author, isKnownAuthor, source: address, isProvedSource: deps.isProvedAddress(address) };
    const refusal = budgets.refuse(datagram, nowMs);
    if (refusal) return refusal;
    const verified = verifyBlock(decoded, deps);
    if (!verified) {
      budgets.wronglySigned(datagram, nowMs);
      return 'signature';
    }
    budgets.signed(datagram, nowMs);
    remember(bytes);
    return verified;
  }

  /** Cheap where the key is listed, or its log known. Of any other key the text of the key. */
  function authorOf(publicKey: Uint8Array, keeper: RoomKeeper, epoch: number): PeerId {
    const listed = deps.peerIdOf(publicKey);
    if (listed !== undefined) return listed;
    const entry = keeper.logs.get(logTagOf({ publicKey, room: keeper.id, epoch }, deps.hash));
    return entry?.authorId ?? toHex(publicKey);
  }

  /** Our own block that came back shows that the group works; any other repeat shows nothing. */
  function isOwn(bytes: Uint8Array): boolean {
    return deps.ownKey.every((byte, index) => bytes[blockOffsets.publicKey + index] === byte);
  }

  function remember(bytes: Uint8Array): void {
    handled.set(keyOf(bytes), true);
  }
}

/** By the signature, which differs between all blocks. */
function keyOf(bytes: Uint8Array): string {
  return toHex(bytes.subarray(-rememberedBytes));
}
