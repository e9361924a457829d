/**
 * The private rooms of this node: the list of each, and where the user stands in it (rules ROOM-174,
 * ROOM-175). Decides about lists that peers bring, and persists. `private-exchange.ts` brings them.
 */
import type { PrivateRoom as ShownPrivateRoom } from '../../../../shared/contract/private-rooms.ts';
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { StoreWriter } from '../../messaging/delivery/store-writer.ts';
import type { Clock, Hash, Signatures } from '../../ports.ts';
import { maxJoinedRooms, type PrivateRoomRecord, type RoomStore } from '../ports.ts';
import type { RoomId } from '../wire/block.ts';
import { mayWait } from './invitations.ts';
import { readChange, type SignedChange } from './member-change.ts';
import { cameWith, chainOf, chainOfKnown, commonLength, compareChains, wentWith, type Chain } from './member-list.ts';

/** `left`: the user left it, or declined. Its list stays, so that the same one invites nobody again. */
export type Standing = PrivateRoomRecord['standing'];

export interface PrivateRoom {
  readonly id: RoomId;
  /** `&` and the room ID. */
  readonly name: string;
  readonly standing: Standing;
  /** The peer that added or removed us. */
  readonly by: PeerId;
  readonly sinceMs: number;
  readonly chain: Chain;
}

/**
 * `kept`: it is the list now · `known`: ours is the same or counts more · `left`: the user left that
 * room · `refused`: forged, unwanted or too many · `unattached`: versions before it are missing.
 */
export type Outcome =
  | {
      readonly kind: 'kept';
      readonly room: PrivateRoom;
      readonly before: PrivateRoom | undefined;
      readonly news: readonly SignedChange[];
    }
  | { readonly kind: 'known' | 'left' | 'refused' | 'unattached' };

export interface PrivateBook {
  get(room: RoomId): PrivateRoom | undefined;
  list(): readonly PrivateRoom[];
  /** The rooms that the user and that peer are in. */
  sharedWith(peerId: PeerId): readonly PrivateRoom[];
  /** The room, if the user and that peer are in it. */
  shared(peerId: PeerId, room: RoomId): PrivateRoom | undefined;
  /** A peer brings versions of a list. */
  received(from: PeerId, room: RoomId, changes: readonly Uint8Array[]): Promise<Outcome>;
  /** After all lists that came before. */
  inTurn<Result>(act: () => Promise<Result>): Promise<Result>;
  /** Persists. @returns undefined if the store refused; `too-many` if there is no place to join */
  put(room: PrivateRoom): Promise<PrivateRoom | 'too-many' | undefined>;
  /** Reads the store. */
  load(): void;
}

interface Deps {
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly hash: Hash;
  readonly signatures: Signatures;
  readonly ownPeerId: PeerId;
  readonly store: Pick<RoomStore, 'privateRooms' | 'putPrivateRoom' | 'deletePrivateRoom' | 'join' | 'leave'>;
  readonly persist: StoreWriter['persist'];
  readonly isBlocked: (peerId: PeerId) => boolean;
  readonly isFamiliar: (peerId: PeerId) => boolean;
}

/** Rooms that are remembered. Of those that the user left, the oldest go first. */
const maxRemembered = 256;

export function createPrivateBook(deps: Deps): PrivateBook {
  const { clock, store, ownPeerId } = deps;
  const rooms = new Map<RoomId, PrivateRoom>();
  /** Lists are judged one after the other. */
  let judging: Promise<unknown> = Promise.resolve();

  return {
    get: (room) => rooms.get(room),
    list: () => [...rooms.values()],
    sharedWith: (peerId) => [...rooms.values()].filter((room) => isShared(room, peerId)),
    shared(peerId, id) {
      const room = rooms.get(id);
      return room && isShared(room, peerId) ? room : undefined;
    },
    received: (from, room, changes) => inTurn(() => receive(from, room, changes)),
    inTurn,
    put,
    load() {
      rooms.clear();
      for (const record of store.privateRooms()) {
        const chain = chainOfKnown(
          unpack(record.list).flatMap((bytes) => readChange(bytes, deps) ?? []),
          deps.hash,
        );
        if (chain) rooms.set(record.id, { ...record, name: nameOf(record.id), chain });
      }
    },
  };

  function isShared({ standing, chain }: PrivateRoom, peerId: PeerId): boolean {
    return standing === 'member' && chain.list.people.includes(peerId);
  }

  function inTurn<Result>(act: () => Promise<Result>): Promise<Result> {
    const done = judging.then(act);
    // A failure is the caller's. The next one has its turn all the same.
    judging = done.catch(() => undefined);
    return done;
  }

  async function receive(from: PeerId, id: RoomId, changes: readonly Uint8Array[]): Promise<Outcome> {
    const before = rooms.get(id);
    // Signatures cost most, so places come first.
    if (!before && !mayWait(rooms.values(), from, 0)) return { kind: 'refused' };
    const chain = chainOf(id, before?.chain, changes, deps);
    if (typeof chain === 'string') return { kind: chain === 'forged' ? 'refused' : chain };
    if (!chain.list.people.includes(from) && before?.standing !== 'member') return { kind: 'refused' };
    if (before && compareChains(before.chain, chain) <= 0) return { kind: before.standing === 'left' ? 'left' : 'known' };
    const next = judge(id, before, chain);
    if (typeof next === 'string') return { kind: next };
    const room = await put(next);
    if (!room || room === 'too-many') return { kind: 'refused' };
    const news = chain.changes.slice(before ? commonLength(before.chain, chain) : 0);
    return { kind: 'kept', room, before, news };
  }

  /** Where the user stands by a list that counts more than ours. */
  function judge(id: RoomId, before: PrivateRoom | undefined, chain: Chain): PrivateRoom | 'left' | 'refused' {
    const came = cameWith(chain, ownPeerId);
    const base = { id, name: nameOf(id), chain };
    if (!came) {
      const by = wentWith(chain, ownPeerId)?.signerId;
      // A list that we were never in is none of our business.
      if (!before) return 'refused';
      const standing =
        before.standing === 'member' ? ('removed' as const) : before.standing === 'invited' ? 'left' : before.standing;
      return { ...base, standing, by: by ?? before.by, sinceMs: clock.wallMs() };
    }
    if (before?.standing === 'member' || before?.standing === 'invited') return { ...before, chain };
    // Added again since; else it is only news of a room that the user left.
    if (before && came.version <= before.chain.changes.length && commonLength(before.chain, chain) >= came.version)
      return before.standing === 'left' ? 'left' : 'refused';
    return invited({ ...base, standing: 'invited', by: came.signerId, sinceMs: clock.wallMs() });
  }

  function invited(room: PrivateRoom): PrivateRoom | 'refused' {
    const { by } = room;
    if (deps.isBlocked(by)) return 'refused';
    const joined = [...rooms.values()].filter(({ standing }) => standing === 'member');
    const isJoined = deps.isFamiliar(by) && joined.length < maxJoinedRooms / 2;
    if (isJoined) return { ...room, standing: 'member' };
    return mayWait(rooms.values(), by, 1) ? room : 'refused';
  }

  async function put(room: PrivateRoom): Promise<PrivateRoom | 'too-many' | undefined> {
    const { id, name, standing, by, sinceMs, chain } = room;
    const done = await deps.persist(() => {
      if (standing === 'member') {
        if (store.join({ id, name, joinedAtMs: clock.wallMs() }) === 'too-many') return 'too-many';
      } else store.leave(id);
      store.putPrivateRoom({ id, standing, by, sinceMs, list: pack(chain.changes) });
      return 'kept';
    });
    if (done !== 'kept') return done;
    rooms.set(id, room);
    await forgetOldest();
    return room;
  }

  async function forgetOldest(): Promise<void> {
    if (rooms.size <= maxRemembered) return;
    const gone = [...rooms.values()].filter(({ standing }) => standing === 'left').sort((a, b) => a.sinceMs - b.sinceMs)[0];
    if (!gone) return;
    rooms.delete(gone.id);
    await deps.persist(() => store.deletePrivateRoom(gone.id));
  }
}

export function nameOf(id: RoomId): string {
  return `&${id}`;
}

/** As hosts see it; undefined if the user left it. */
export function shownPrivate({ standing, by, chain: { list } }: PrivateRoom): ShownPrivateRoom | undefined {
  const { title, creator, admins, people } = list;
  return standing === 'left' ? undefined : { title, standing, by, creator, admins: [...admins], people: [...people] };
}

/** Each version behind its length in 2 bytes. */
function pack(changes: readonly SignedChange[]): Uint8Array {
  const whole = new Uint8Array(changes.reduce((sum, { bytes }) => sum + 2 + bytes.length, 0));
  const view = new DataView(whole.buffer);
  let offset = 0;
  for (const { bytes } of changes) {
    view.setUint16(offset, bytes.length);
    whole.set(bytes, offset + 2);
    offset += 2 + bytes.length;
  }
  return whole;
}

function unpack(whole: Uint8Array): readonly Uint8Array[] {
  const view = new DataView(whole.buffer, whole.byteOffset, whole.byteLength);
  const parts: Uint8Array[] = [];
  for (let offset = 0; offset + 2 <= whole.length;) {
    const end = offset + 2 + view.getUint16(offset);
    parts.push(whole.slice(offset + 2, end));
    offset = end;
  }
  return parts;
}
