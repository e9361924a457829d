/**
 * Contacts as hosts see them: each person we met, our marks, and the search by name.
 * `contact-book.ts` stores them. This file follows presence, so that the book knows each peer by
 * its latest name.
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import type { Contact } from '../messaging/ports.ts';
import type { Hash } from '../ports.ts';
import { shownName, type Presence } from '../presence/index.ts';
import { createContactBook, type ContactBookDeps } from './contact-book.ts';
import { createContactResolver, type ResolvedContact } from './resolve-contact.ts';
import { safetyNumber } from './safety-number.ts';

export interface ContactsArea {
  get(peerId: PeerId): Contact | undefined;
  /** @param who a peer ID or a name; the person may be online or not */
  resolve(who: string): ResolvedContact;
  /** The contact that used this one's name or a look-alike earlier, with another key. */
  earlierHolder(peerId: PeerId): Contact | undefined;
  /** The number that both people read out and compare; the same on both sides. */
  safetyNumber(peerId: PeerId): string;
  /** @returns true if we met that person and the mark was persisted */
  setVerified(peerId: PeerId, verified: boolean): boolean;
  setBlocked(peerId: PeerId, blocked: boolean): boolean;
  /** Emits the peer ID of each contact whose marks the user changed. */
  subscribe(listener: (peerId: PeerId) => void): Unsubscribe;
}

export interface Contacts extends ContactsArea {
  isVerified(peerId: PeerId): boolean;
  isBlocked(peerId: PeerId): boolean;
  /** Records that a peer wrote under that name. A peer that never beacons can still do so. */
  wrote(peerId: PeerId, name: string): void;
  /** Records that we send a message to that peer, before the message is persisted. */
  wroteTo(peerId: PeerId): void;
  /** Stops following presence, and persists what is not persisted yet. */
  close(): void;
}

interface Deps extends Omit<ContactBookDeps, 'lastHeardMs'> {
  readonly hash: Hash;
  readonly ownPeerId: PeerId;
  readonly registry: Pick<Presence['registry'], 'get' | 'list' | 'subscribe'>;
}

export function createContacts(deps: Deps): Contacts {
  const { registry, hash, ownPeerId } = deps;
  const book = createContactBook({ ...deps, lastHeardMs: (peerId) => registry.get(peerId)?.lastSeenMs });
  const resolve = createContactResolver({ ownPeerId, book, here: () => registry.list() });
  const undo = registry.subscribe((event) => {
    if (event.type === 'joined' || event.type === 'updated') {
      book.met(event.record.peerId, shownName(event.record.announcement));
    }
    if (event.type === 'left') book.left(event.departed.record.peerId, event.departed.record.lastSeenMs);
  });

  return {
    get: book.get,
    resolve,
    earlierHolder: book.earlierHolderOf,
    safetyNumber: (peerId) => safetyNumber(hash, ownPeerId, peerId),
    setVerified: book.setVerified,
    setBlocked: book.setBlocked,
    subscribe: book.subscribe,
    isVerified: book.isVerified,
    isBlocked: book.isBlocked,
    wrote(peerId, name) {
      book.wrote(peerId, registry.get(peerId) ? undefined : shownName({ name, host: '' }));
    },
    wroteTo: book.wroteTo,
    close() {
      undo();
      book.close();
    },
  };
}
