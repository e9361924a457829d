/**
 * Persists contacts in batches: at most one transaction a second, however many peers come and go
 * (rule TRUST-11). A mark is written at once, because it must not take effect unless it is
 * persisted. So is the contact of a message, because a message must not outlive its name.
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { StoreError, type Contact, type MessageStore } from '../messaging/ports.ts';
import type { Clock, Log } from '../ports.ts';

export interface ContactWrites {
  /** Persists the contact with the next batch, as it is then. */
  put(peerId: PeerId): void;
  /** Removes the contact from the store with the next batch. */
  remove(peerId: PeerId): void;
  /** Persists the contact now. @returns true if it was persisted */
  putNow(contact: Contact): boolean;
  /** Persists all that waits. Later changes are not persisted. */
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly log: Log;
  readonly store: Pick<MessageStore, 'batch' | 'putContact' | 'removeContacts'>;
  /** The contact as it is now; undefined if it was forgotten. */
  readonly current: (peerId: PeerId) => Contact | undefined;
}

/** Time between two batches. */
const batchEveryMs = 1_000;
/** Time until the next attempt after the store failed. */
const retryAfterMs = 60_000;
/** Contacts in one transaction: some 5 ms of work. */
const maxPerBatch = 500;

export function createContactWrites({ clock, log, store, current }: Deps): ContactWrites {
  const changed = new Set<PeerId>();
  const removed = new Set<PeerId>();
  let cancelTimer: Unsubscribe | undefined;
  let isClosed = false;

  return {
    put(peerId) {
      removed.delete(peerId);
      changed.add(peerId);
      wake(batchEveryMs);
    },
    remove(peerId) {
      changed.delete(peerId);
      removed.add(peerId);
      wake(batchEveryMs);
    },
    putNow(contact) {
      const isPersisted = attempt(() => store.putContact(contact));
      if (isPersisted) changed.delete(contact.peerId);
      return isPersisted;
    },
    close() {
      isClosed = true;
      cancelTimer?.();
      writeSome(Infinity);
    },
  };

  function wake(afterMs: number): void {
    if (isClosed) return;
    cancelTimer ??= clock.setTimer(() => {
      cancelTimer = undefined;
      const isWritten = writeSome(maxPerBatch);
      if (changed.size + removed.size > 0) wake(isWritten ? batchEveryMs : retryAfterMs);
    }, afterMs);
  }

  function writeSome(limit: number): boolean {
    const gone = take(removed, limit);
    const kept = take(changed, limit - gone.length);
    if (gone.length + kept.length === 0) return true;
    const isWritten = attempt(() =>
      store.batch(() => {
        if (gone.length > 0) store.removeContacts(gone);
        for (const peerId of kept) {
          const contact = current(peerId);
          if (contact) store.putContact(contact);
        }
      }),
    );
    // Rows that could not be removed are trimmed at the next start.
    if (isWritten) for (const peerId of kept) changed.delete(peerId);
    for (const peerId of isWritten ? gone : [...removed]) removed.delete(peerId);
    return isWritten;
  }

  function attempt(act: () => void): boolean {
    try {
      act();
      return true;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      log.write('warning', 'contacts could not be persisted', { code: error.code });
      return false;
    }
  }
}

function take(from: ReadonlySet<PeerId>, limit: number): readonly PeerId[] {
  const taken: PeerId[] = [];
  for (const peerId of from) {
    if (taken.length >= limit) break;
    taken.push(peerId);
  }
  return taken;
}
