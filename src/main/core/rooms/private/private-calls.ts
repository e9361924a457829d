/**
 * The user's actions on private rooms: each change of a list is signed, persisted, then told to the
 * members (rules ROOM-171, ROOM-175). `private-rooms.ts` connects this with the exchange.
 */
import { maxPrivateMembers } from '../../../../shared/contract/private-rooms.ts';
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { refuse, type Refusal } from '../../../../shared/text/messages/problem-values.ts';
import type { Clock, Hash, Identity, Random } from '../../ports.ts';
import { maxJoinedRooms } from '../ports.ts';
import { cleanTitle, secretBytes, signChange, type ChangeContent, type ChangeHead } from './member-change.ts';
import { withChange, type Chain } from './member-list.ts';
import { nameOf, type PrivateBook, type PrivateRoom } from './private-book.ts';
import { privateRoomIdOf } from './private-id.ts';

export type PrivateRefusal = Refusal<
  'unknown-room' | 'bad-title' | 'too-many-people' | 'not-admin' | 'not-a-member' | 'list-full' | 'too-many-rooms' | 'not-kept'
>;
export type PrivateResult = { readonly ok: true; readonly room: PrivateRoom } | PrivateRefusal;

export interface PrivateCalls {
  create(title: string, people: readonly PeerId[]): Promise<PrivateResult>;
  /** Those who are members already are left out. */
  invite(name: string, people: readonly PeerId[]): Promise<PrivateResult>;
  remove(name: string, people: readonly PeerId[]): Promise<PrivateResult>;
  rename(name: string, title: string): Promise<PrivateResult>;
  makeAdmin(name: string, person: PeerId): Promise<PrivateResult>;
  /** Of an invitation. */
  accept(name: string): Promise<PrivateResult>;
  /** Leaves, declines an invitation, or forgets a room that removed the user. */
  leave(name: string): Promise<PrivateResult>;
}

interface Deps {
  readonly clock: Pick<Clock, 'wallMs'>;
  readonly random: Pick<Random, 'bytes'>;
  readonly hash: Hash;
  readonly identity: Identity;
  readonly book: Pick<PrivateBook, 'get' | 'put' | 'inTurn'>;
  /** A change of ours is persisted. */
  readonly onChanged: (room: PrivateRoom, before: PrivateRoom | undefined) => void;
}

export function createPrivateCalls(deps: Deps): PrivateCalls {
  const { clock, hash, identity, book } = deps;
  const ownId = identity.peerId;
  const zeros = new Uint8Array(32);

  return {
    create(typed, people) {
      const title = cleanTitle(typed);
      const others = [...new Set(people)].filter((one) => one !== ownId);
      if (title === '') return Promise.resolve(refuse('bad-title'));
      if (others.length >= maxPrivateMembers) return Promise.resolve(tooMany());
      const secret = deps.random.bytes(secretBytes);
      const id = privateRoomIdOf(secret, identity.publicKey, hash);
      const chain = signed(undefined, id, { what: 'create', secret, title, people: others });
      if (!chain) return Promise.resolve(refuse('list-full'));
      const room = { id, name: nameOf(id), standing: 'member', by: ownId, sinceMs: clock.wallMs(), chain } as const;
      return book.inTurn(() => put(room, undefined));
    },
    invite: (name, people) =>
      change(name, ({ people: members }) => {
        const added = [...new Set(people)].filter((one) => !members.includes(one));
        if (members.length + added.length > maxPrivateMembers) return tooMany();
        return added.length > 0 && { what: 'add', people: added };
      }),
    remove: (name, people) =>
      change(name, ({ people: members, admins, creator }) => {
        const removed = [...new Set(people)].filter((one) => one !== ownId);
        if (removed.length === 0 || !removed.every((one) => members.includes(one))) return refuse('not-a-member');
        if (ownId !== creator && removed.some((one) => admins.includes(one))) return refuse('not-admin');
        return { what: 'remove', people: removed };
      }),
    rename: (name, typed) =>
      change(name, (list) => {
        const title = cleanTitle(typed);
        return title === '' ? refuse('bad-title') : title !== list.title && { what: 'title', title };
      }),
    makeAdmin: (name, person) =>
      change(name, ({ people, admins, creator }) => {
        if (!people.includes(person)) return refuse('not-a-member');
        return ownId !== creator ? refuse('not-admin') : !admins.includes(person) && { what: 'admin', people: [person] };
      }),
    accept: (name) =>
      withRoom(name, (room) => (room.standing === 'invited' ? put({ ...room, standing: 'member' }, room) : done(room))),
    leave: (name) =>
      withRoom(name, (room) => {
        const { chain, standing } = room;
        const isAdmin = standing === 'member' && chain.list.admins.includes(ownId);
        // A full list cannot say it. The others hear that we left all the same.
        const last = (isAdmin && signed(chain, room.id, { what: 'remove', people: [ownId] })) || chain;
        return put({ ...room, standing: 'left', sinceMs: clock.wallMs(), chain: last }, room);
      }),
  };

  /** @param contentFor false: nothing is to be changed */
  function change(
    name: string,
    contentFor: (list: Chain['list']) => ChangeContent | PrivateRefusal | false,
  ): Promise<PrivateResult> {
    return withRoom(name, async (room) => {
      if (room.standing !== 'member') return unknown(name);
      if (!room.chain.list.admins.includes(ownId)) return refuse('not-admin');
      const content = contentFor(room.chain.list);
      if (content === false) return done(room);
      if ('ok' in content) return content;
      const chain = signed(room.chain, room.id, content);
      return chain ? put({ ...room, chain }, room) : refuse('list-full');
    });
  }

  function withRoom(name: string, act: (room: PrivateRoom) => Promise<PrivateResult>): Promise<PrivateResult> {
    return book.inTurn(async () => {
      const room = book.get(name.slice(1));
      return !room || room.standing === 'left' ? unknown(name) : act(room);
    });
  }

  function signed(chain: Chain | undefined, room: string, content: ChangeContent): Chain | undefined {
    const last = chain?.changes.at(-1);
    const head: ChangeHead = { room, version: (last?.version ?? 0) + 1, previous: last?.hash ?? zeros, atMs: clock.wallMs() };
    return withChange(chain, signChange(head, content, { identity, hash }), hash);
  }

  async function put(room: PrivateRoom, before: PrivateRoom | undefined): Promise<PrivateResult> {
    const kept = await book.put(room);
    if (kept === undefined) return refuse('not-kept');
    if (kept === 'too-many') return refuse('too-many-rooms', { limit: maxJoinedRooms });
    deps.onChanged(kept, before);
    return { ok: true, room: kept };
  }
}

function done(room: PrivateRoom): Promise<PrivateResult> {
  return Promise.resolve({ ok: true, room });
}

function unknown(name: string): PrivateRefusal {
  return refuse('unknown-room', { name });
}

function tooMany(): PrivateRefusal {
  return refuse('too-many-people', { limit: maxPrivateMembers });
}
