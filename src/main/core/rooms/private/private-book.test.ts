/** The effects of a list that a peer brings. */
import { beforeEach, describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createSimSignatures } from '../../../../../test/fakes/sim-identity.ts';
import { createHashes } from '../../../node/crypto/hash.ts';
import { createMemoryStore } from '../../../node/storage/memory/memory-store.ts';
import type { Identity, Signatures } from '../../ports.ts';
import { signChange, type ChangeContent, type SignedChange } from './member-change.ts';
import { createPrivateBook, type PrivateBook } from './private-book.ts';
import { privateRoomIdOf } from './private-id.ts';

const hash = createHashes();
const identities = createSimSignatures();
const [self, ana, bo] = ['self', 'ana', 'bo'].map((name) => identities.identity(name)) as [Identity, Identity, Identity];
const secret = new Uint8Array(16);
const room = privateRoomIdOf(secret, ana.publicKey, hash);

let checked: number;
let familiar: Set<string>;
let blocked: Set<string>;
let book: PrivateBook;
let reload: () => PrivateBook;

beforeEach(() => {
  checked = 0;
  familiar = new Set();
  blocked = new Set();
  const clock = createFakeClock();
  const store = createMemoryStore({ clock });
  const signatures: Signatures = {
    ...identities,
    verify: (...given) => {
      checked += 1;
      return identities.verify(...given);
    },
  };
  reload = () =>
    createPrivateBook({
      ...{ clock, hash, signatures, ownPeerId: self.peerId, store: store.rooms },
      persist: (act) => Promise.resolve(store.batch(act)),
      isBlocked: (peerId) => blocked.has(peerId),
      isFamiliar: (peerId) => familiar.has(peerId),
    });
  book = reload();
});

function sign(by: Identity, content: ChangeContent, before?: SignedChange): SignedChange {
  const head = { room, version: (before?.version ?? 0) + 1, previous: before?.hash ?? new Uint8Array(32), atMs: 1 };
  return signChange(head, content, { identity: by, hash });
}

const created = sign(ana, { what: 'create', secret, title: 'Plans', people: [self.peerId, bo.peerId] });
const removed = sign(ana, { what: 'remove', people: [self.peerId] }, created);
const bring = async (from: Identity, ...changes: readonly SignedChange[]): Promise<string> =>
  (
    await book.received(
      from.peerId,
      room,
      changes.map(({ bytes }) => bytes),
    )
  ).kind;

describe('a list that a peer brings', () => {
  test('[ROOM-175] of a person that the user knows: the user is in the room; of others it waits', async () => {
    const outcome = await bring(bo, created);
    expect([outcome, book.get(room)?.standing, book.shared(bo.peerId, room)]).toEqual(['kept', 'invited', undefined]);
    familiar.add(ana.peerId);
    book = reload();
    const known = privateRoomIdOf(secret, ana.publicKey, hash);
    book.load();
    expect(book.get(known)?.standing).toBe('invited');
  });

  test('[ROOM-175] of a familiar person: at once, and the person who added us decides, not the peer that brings it', async () => {
    familiar.add(bo.peerId);
    expect([await bring(bo, created), book.get(room)?.standing]).toEqual(['kept', 'invited']);
  });

  test('[ROOM-175] of a familiar person: the room is joined; of a blocked one: nothing', async () => {
    blocked.add(ana.peerId);
    expect([await bring(bo, created), book.get(room)]).toEqual(['refused', undefined]);
    blocked.clear();
    familiar.add(ana.peerId);
    expect([await bring(bo, created), book.shared(bo.peerId, room)?.standing]).toEqual(['kept', 'member']);
  });

  test('[ROOM-174] takes effect only if it counts more, and what came before is not verified again', async () => {
    familiar.add(ana.peerId);
    await bring(ana, created);
    checked = 0;
    expect([await bring(ana, created), await bring(bo, created), checked]).toEqual(['known', 'known', 0]);
    expect([await bring(ana, created, removed), book.get(room)?.standing, checked]).toEqual(['kept', 'removed', 1]);
    expect([await bring(bo, created), book.get(room)?.standing]).toEqual(['known', 'removed']);
  });

  test('[ROOM-174] is refused from a peer that is not on it, and where it names others only', async () => {
    const stranger = identities.identity('stranger');
    const others = sign(ana, { what: 'create', secret, title: 'Plans', people: [bo.peerId] });
    expect([await bring(stranger, created), await bring(ana, others), await bring(ana, removed)]).toEqual([
      ...['refused', 'refused', 'unattached'],
    ]);
    expect(book.list()).toEqual([]);
  });

  test('[ROOM-184] of a room that the user left invites again only if it adds them again', async () => {
    await bring(ana, created);
    const invited = book.get(room);
    if (invited) await book.put({ ...invited, standing: 'left' });
    const titled = sign(ana, { what: 'title', title: 'New' }, created);
    expect([await bring(ana, created), await bring(ana, created, titled)]).toEqual(['left', 'left']);
    const added = sign(ana, { what: 'add', people: [self.peerId] }, removed);
    expect([await bring(ana, created, removed, added), book.get(room)?.standing]).toEqual(['kept', 'invited']);
  });
});
