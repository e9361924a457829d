/**
 * Stores contacts: the last name of each key, and our marks (rules TRUST-1, TRUST-5, TRUST-9,
 * TRUST-10). Names are claims, so entries are never merged. `name-index.ts` finds contacts by
 * name, `passers-by.ts` bounds those that only passed by, and `contact-writes.ts` persists.
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { comparableName } from '../../../shared/text/similar-names.ts';
import { logListenerErrors } from '../lib/listener-errors.ts';
import { StoreError, type Contact, type MessageStore } from '../messaging/ports.ts';
import type { Clock, Log } from '../ports.ts';
import { createContactWrites } from './contact-writes.ts';
import { createNameIndex, type NameIndex } from './name-index.ts';
import { createPassersBy } from './passers-by.ts';
import { createStays } from './stays.ts';

export interface ContactBook extends Pick<NameIndex, 'named'> {
  /** Records that a peer is here under that name. */
  met(peerId: PeerId, name: string): void;
  /** Records when a peer that left was last seen. */
  left(peerId: PeerId, lastSeenMs: number): void;
  /**
   * Records that a peer wrote.
   * @param name undefined for a peer that is here, since its beacons give the name
   */
  wrote(peerId: PeerId, name: string | undefined): void;
  /** Records that we send a message to that peer. Called before the message is persisted. */
  wroteTo(peerId: PeerId): void;
  get(peerId: PeerId): Contact | undefined;
  /** The contacts whose peer IDs begin so. */
  coded(code: string): readonly PeerId[];
  isVerified(peerId: PeerId): boolean;
  isBlocked(peerId: PeerId): boolean;
  /**
   * The contact that used this name or a look-alike earlier with another key, or is verified: a
   * reason to warn. Undefined for a verified contact.
   */
  earlierHolderOf(peerId: PeerId): Contact | undefined;
  /** @returns true if the contact is known and the mark was persisted */
  setVerified(peerId: PeerId, verified: boolean): boolean;
  setBlocked(peerId: PeerId, blocked: boolean): boolean;
  /** Calls the listener when a mark changes, but not when a name does. */
  subscribe(listener: (peerId: PeerId) => void): Unsubscribe;
  /** Persists what is not persisted yet. */
  close(): void;
}

export interface ContactBookDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<MessageStore, 'batch' | 'putContact' | 'removeContacts' | 'contacts' | 'correspondents' | 'hasWrittenTo'>;
  /** When a listed peer was last heard, on the wall clock. Undefined for any other peer. */
  readonly lastHeardMs: (peerId: PeerId) => number | undefined;
  /** Called when contacts begin to be forgotten by the hundred, and when that is over. */
  readonly onForgetting: (isMany: boolean) => void;
}

/** Contacts that sent messages and got no answer. Beyond it, new ones count as passers-by. */
const maxUnanswered = 20_000;
/**
 * `new`: here, and not persisted · `passer-by`: persisted, and may be forgotten once it left ·
 * `kept`: never forgotten.
 */
interface Entry {
  contact: Contact;
  standing: 'new' | 'passer-by' | 'kept';
}

export function createContactBook({ clock, log, store, lastHeardMs, onForgetting }: ContactBookDeps): ContactBook {
  const known = new Map<PeerId, Entry>();
  const index = createNameIndex((peerId) => known.get(peerId)?.contact);
  const writes = createContactWrites({ clock, log, store, current });
  const passersBy = createPassersBy({
    clock,
    wasWrittenTo: (peerId) => attempt(() => store.hasWrittenTo(peerId)),
    onCorrespondent: keep,
    onForget(peerId, isRemoved) {
      forget(peerId);
      if (isRemoved) writes.remove(peerId);
    },
    onForgetting,
  });
  const stays = createStays({
    clock,
    onLongStay(peerId, isTimeToPersist) {
      const entry = known.get(peerId);
      if (entry?.standing !== 'new' && !isTimeToPersist) return;
      if (entry?.standing === 'new') entry.standing = 'passer-by';
      writes.put(peerId);
    },
  });
  const changes = createEmitter<string>(logListenerErrors(log));
  let unanswered = 0;
  load();

  return {
    met(peerId, name) {
      passersBy.delete(peerId);
      stays.begin(peerId);
      rename(peerId, name);
    },
    left: goAway,
    wrote(peerId, name) {
      if (name !== undefined) rename(peerId, name);
      const entry = known.get(peerId);
      if (!entry || entry.standing === 'kept') return;
      if (unanswered < maxUnanswered) {
        unanswered += 1;
        keep(peerId);
      } else if (!stays.has(peerId)) {
        entry.standing = 'passer-by';
        passersBy.put(peerId);
        writes.put(peerId);
      }
    },
    wroteTo(peerId) {
      if (known.get(peerId)?.standing !== 'kept') keep(peerId);
    },
    get: current,
    coded: (code) => [...known.keys()].filter((peerId) => peerId.startsWith(code)),
    named: index.named,
    isVerified: (peerId) => known.get(peerId)?.contact.verified ?? false,
    isBlocked: (peerId) => known.get(peerId)?.contact.blocked ?? false,
    earlierHolderOf(peerId) {
      const own = known.get(peerId)?.contact;
      return own && !own.verified ? index.earlierHolderOf(own) : undefined;
    },
    setVerified: (peerId, verified) => decide(peerId, { verified }),
    setBlocked: (peerId, blocked) => decide(peerId, { blocked }),
    subscribe: (listener) => changes.subscribe(listener),
    close() {
      for (const peerId of stays.list()) goAway(peerId, current(peerId)?.lastSeenMs ?? clock.wallMs());
      stays.close();
      passersBy.close();
      writes.close();
    },
  };

  function load(): void {
    // If the store does not answer, no contact may be forgotten.
    const correspondents = attempt(() => store.correspondents());
    const answered = new Map(correspondents?.map(({ peerId, isAnswered }) => [peerId, isAnswered]));
    const others: Contact[] = [];
    for (const contact of store.contacts()) {
      const isAnswered = answered.get(contact.peerId);
      const isKept = !correspondents || contact.verified || contact.blocked || isAnswered !== undefined;
      if (isAnswered === false) unanswered += 1;
      if (!isKept) others.push(contact);
      add({ contact, standing: isKept ? 'kept' : 'passer-by' });
    }
    passersBy.load(others.toSorted((a, b) => a.lastSeenMs - b.lastSeenMs).map(({ peerId }) => peerId));
  }

  /** The contact as it is now. A peer that is here was seen when presence heard it last. */
  function current(peerId: PeerId): Contact | undefined {
    const contact = known.get(peerId)?.contact;
    const lastSeenMs = stays.has(peerId) ? lastHeardMs(peerId) : undefined;
    return contact && lastSeenMs !== undefined ? { ...contact, lastSeenMs } : contact;
  }

  function rename(peerId: PeerId, name: string): void {
    const entry = known.get(peerId);
    const before = entry?.contact;
    if (before?.name === name) return;
    const nowMs = clock.wallMs();
    const isSameName = before && comparableName(before.name) === comparableName(name);
    const nameSinceMs = isSameName ? before.nameSinceMs : index.afterHolders(name, nowMs);
    const unmarked = { verified: false, blocked: false, firstSeenMs: nowMs };
    const contact = { ...unmarked, ...before, peerId, name, nameSinceMs, lastSeenMs: nowMs };
    if (!entry) return add({ contact, standing: 'new' });
    change(entry, contact);
    if (entry.standing !== 'new') writes.put(peerId);
  }

  function add(entry: Entry): void {
    known.set(entry.contact.peerId, entry);
    index.add(entry.contact);
  }

  /** For a change that the index must see: of the name, or of a mark. */
  function change(entry: Entry, contact: Contact): void {
    index.remove(entry.contact);
    entry.contact = contact;
    index.add(contact);
  }

  /** Persists at once: after a crash, a message without its contact would show no name. */
  function keep(peerId: PeerId): void {
    const entry = known.get(peerId);
    const contact = current(peerId);
    if (!entry || !contact) return;
    entry.standing = 'kept';
    passersBy.delete(peerId);
    if (!writes.putNow(contact)) writes.put(peerId);
  }

  function goAway(peerId: PeerId, lastSeenMs: number): void {
    const entry = known.get(peerId);
    const stayedMs = stays.end(peerId);
    if (!entry) return;
    entry.contact = { ...entry.contact, lastSeenMs };
    if (entry.standing === 'new') {
      if (!passersBy.admits(peerId, stayedMs)) return forget(peerId);
      entry.standing = 'passer-by';
    }
    if (entry.standing === 'passer-by') passersBy.put(peerId);
    writes.put(peerId);
  }

  function forget(peerId: PeerId): void {
    const entry = known.get(peerId);
    if (entry) index.remove(entry.contact);
    known.delete(peerId);
  }

  function decide(peerId: PeerId, to: Partial<Pick<Contact, 'verified' | 'blocked'>>): boolean {
    const entry = known.get(peerId);
    const before = current(peerId);
    // A mark that was not persisted must not take effect, since a restart would drop it.
    if (!entry || !before || !writes.putNow({ ...before, ...to })) return false;
    change(entry, { ...before, ...to });
    entry.standing = 'kept';
    passersBy.delete(peerId);
    changes.emit(peerId);
    return true;
  }
}

/** @returns undefined if the store failed; health reports that to the user */
function attempt<Result>(ask: () => Result): Result | undefined {
  try {
    return ask();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return undefined;
  }
}
