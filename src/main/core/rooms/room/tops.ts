/**
 * How far we hold logs, as our beacons tell it (rule ROOM-128): our own logs that spoke lately, then
 * those of others, the least recently told first. And other rooms, which take turns.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Clock, Random } from '../../ports.ts';
import { createLruMap } from '../../lib/lru-map.ts';
import { maxTold, maxTops, type Top, type ToldRoom } from '../../presence/index.ts';
import type { LogTag, RoomId, SignedBlock } from '../wire/block.ts';
import { shortTagOf } from '../wire/log-tag.ts';
import type { JoinedRoom } from './joined-room.ts';

export interface Tops {
  /** A block of ours left. */
  spoke(block: Pick<SignedBlock, 'tag' | 'room'>): void;
  /** A block of another author is kept. */
  held(block: Pick<SignedBlock, 'tag' | 'room' | 'authorId'>): void;
  /** For the next beacon, at most five. */
  next(): readonly Top[];
  /** Of these logs, by their short tags. */
  of(room: RoomId, shortTags: readonly string[]): readonly Top[];
  /**
   * The rooms for the next beacon, at most three. All have their turn before one has its second. The
   * order is new each time, since announcements to single peers take turns too.
   */
  turn(others: readonly ToldRoom[]): readonly ToldRoom[];
}

interface Told {
  readonly tag: LogTag;
  readonly room: RoomId;
  readonly authorId: PeerId;
}

interface Deps {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly random: Pick<Random, 'fraction'>;
  readonly rooms: () => Iterable<JoinedRoom>;
  readonly isKnown: (authorId: PeerId) => boolean;
}

/** Our own logs are told first for this time after we spoke. */
const spokeForMs = 600_000;
/** Logs that are told in turn. A full table takes a log of a known author in place of a stranger's, and no other. */
const maxLogs = 1_024;

export function createTops({ clock, random, rooms, isKnown }: Deps): Tops {
  const own = new Map<LogTag, { readonly room: RoomId; readonly spokeMs: number }>();
  /** The least recently told comes first. */
  const others = createLruMap<LogTag, Told>(maxLogs);
  /** Names of rooms whose turn is still to come. */
  let waiting: string[] = [];

  return {
    spoke({ tag, room }) {
      own.delete(tag); // the latest comes last
      own.set(tag, { room, spokeMs: clock.monotonicMs() });
    },
    held({ tag, room, authorId }) {
      if (others.has(tag)) return;
      if (others.size >= maxLogs) {
        const stranger = isKnown(authorId) && [...others.values()].find((log) => !isKnown(log.authorId));
        if (!stranger) return;
        others.delete(stranger.tag);
      }
      others.set(tag, { tag, room, authorId });
    },
    next() {
      for (const [tag, { spokeMs }] of own) if (clock.monotonicMs() - spokeMs > spokeForMs) own.delete(tag);
      const told = [...own].slice(-maxTops).flatMap(([tag, { room }]) => topOf(tag, room) ?? []);
      for (const log of [...others.values()].slice(0, maxTops - told.length)) {
        const { tag, room } = log;
        others.delete(tag);
        others.set(tag, log);
        const top = topOf(tag, room);
        if (top) told.push(top);
        else others.delete(tag);
      }
      return told;
    },
    of: (room, shortTags) =>
      shortTags.slice(0, maxTops).flatMap((shortTag) => {
        const [entry] = keeperOf(room)?.logs.findShort(shortTag) ?? [];
        return entry ? (topOf(entry.tag, room) ?? []) : [];
      }),
    turn(all) {
      if (all.length <= maxTold) return all;
      const chosen = new Set<ToldRoom>();
      while (chosen.size < maxTold) {
        if (waiting.length === 0) waiting = shuffled(all.map(({ name }) => name));
        const name = waiting.pop();
        const room = all.find((one) => one.name === name);
        if (room) chosen.add(room);
      }
      return [...chosen];
    },
  };

  function shuffled(names: readonly string[]): string[] {
    const keyed = names.map((name) => ({ name, key: random.fraction() }));
    return keyed.sort((a, b) => a.key - b.key).map(({ name }) => name);
  }

  function topOf(tag: LogTag, room: RoomId): Top | undefined {
    const number = keeperOf(room)?.heldThrough(tag) ?? 0;
    return number > 0 ? { tag: shortTagOf(tag), number } : undefined;
  }

  function keeperOf(room: RoomId): JoinedRoom['keeper'] | undefined {
    for (const { keeper } of rooms()) if (keeper.id === room) return keeper;
    return undefined;
  }
}
