/**
 * Our own log in one room: the content of our next block (rules ROOM-28, ROOM-29 and ROOM-123). A
 * new log begins with a new database, after a run that did not end in order, where our last clock
 * is ahead, and where another copy of this profile speaks. `room-keeper.ts` persists the block.
 */
import { toHex } from '../../lib/hex.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import type { Offer } from '../../messaging/ports.ts';
import type { Hash, Identity } from '../../ports.ts';
import type { BlockFacts } from '../log/log-state.ts';
import type { LogEntry } from '../log/log-table.ts';
import { isFarAhead, nextClock } from '../order/room-clock.ts';
import { signBlock, previousOf } from '../wire/encode-block.ts';
import { logTagOf } from '../wire/log-tag.ts';
import {
  datagramBlockLimits,
  maxMessageNumber,
  type BlockLimits,
  type BlockType,
  type LogTag,
  type Reference,
  type SignedBlock,
} from '../wire/block.ts';
import type { RoomKeeper } from './room-keeper.ts';

export interface OwnDraft {
  readonly type: Exclude<BlockType, 'unknown'>;
  readonly texts: readonly string[];
  readonly references: readonly Reference[];
  /** The files that its only text offers. */
  readonly offer?: Offer | undefined;
}

export interface OwnLog {
  /** The tag of the log that the next block belongs to; undefined before the first one. */
  tag(): LogTag | undefined;
  /** Signs the next block. It counts once the keeper has kept it. */
  sign(draft: OwnDraft, roomTimeMs: number, limits?: BlockLimits): SignedBlock;
  /**
   * A block of that log came with our key, and we never gave it. We do not go on in that log: a
   * copy of this profile may.
   */
  copyHeard(tag: LogTag): void;
  /** Whether this copy of the profile signed that block, in this run. */
  gave(block: Pick<SignedBlock, 'hash'>): boolean;
}

/** Of our latest blocks, so that what we said can be told from what a copy of our profile said. */
const maxGiven = 1_024;

interface Deps {
  readonly identity: Identity;
  readonly hash: Hash;
  readonly keeper: Pick<RoomKeeper, 'id' | 'logs' | 'lastOf' | 'newestClock'>;
  readonly ownName: () => string;
  /** The run before this one did not end in order, so others may know more of our log than we do. */
  readonly isUnclean: boolean;
  /** Logs that were closed before, and what persists that another one is. */
  readonly closed: readonly LogTag[];
  readonly onClose: (tag: LogTag) => void;
}

export function createOwnLog({ identity, hash, keeper, ownName, isUnclean, ...deps }: Deps): OwnLog {
  const closed = new Set<LogTag>([...deps.closed, ...(isUnclean ? ownLogs().map(({ tag }) => tag) : [])]);
  const given = createLruMap<string, true>(maxGiven);

  return {
    tag: () => ownLogs().findLast(({ tag }) => !closed.has(tag))?.tag,
    sign(draft, roomTimeMs, limits = datagramBlockLimits) {
      const seen = keeper.newestClock(roomTimeMs);
      const log = openLog(roomTimeMs, draft.texts.length);
      const clock = nextClock({ roomTimeMs, seen: seen ? [seen] : [], ownLast: log?.last.clock });
      if (clock === 'new-log') throw new RangeError('no clock for a new log');
      const block = signBlock(
        {
          epoch: log?.epoch ?? freeEpoch(clock.ms),
          first: log ? log.last.last + 1 : 1,
          room: keeper.id,
          clock,
          previous: previousOf(log?.last),
          type: draft.type,
          references: draft.references,
          authorName: ownName(),
          texts: draft.texts,
          ...(draft.offer && { offer: draft.offer }),
        },
        { identity, hash },
        limits,
      );
      given.set(toHex(block.hash), true);
      return block;
    },
    gave: (block) => given.get(toHex(block.hash)) === true,
    copyHeard(tag) {
      if (keeper.logs.get(tag) && !closed.has(tag)) deps.onClose(tag);
      if (keeper.logs.get(tag)) closed.add(tag);
      for (const one of closed) if (!keeper.logs.get(one)) closed.delete(one);
    },
  };

  /** The oldest epoch first. At most 16 count (ROOM-20). */
  function ownLogs(): readonly LogEntry[] {
    return keeper.logs.logsOf(identity.peerId);
  }

  /** The newest of our logs that can go on, and its last block. */
  function openLog(roomTimeMs: number, count: number): { readonly epoch: number; readonly last: BlockFacts } | undefined {
    for (const { tag, epoch } of ownLogs().toReversed()) {
      const last = closed.has(tag) ? undefined : keeper.lastOf(tag);
      if (last && !isFarAhead(last.clock, roomTimeMs) && last.last + count <= maxMessageNumber) return { epoch, last };
    }
    return undefined;
  }

  /** Never that of an earlier log, and never later than the clock. */
  function freeEpoch(clockMs: number): number {
    const isTaken = (epoch: number): boolean =>
      keeper.logs.get(logTagOf({ publicKey: identity.publicKey, room: keeper.id, epoch }, hash)) !== undefined;
    let epoch = clockMs;
    while (isTaken(epoch)) epoch -= 1;
    return epoch;
  }
}
