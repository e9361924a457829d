/**
 * A MessageStore on an open database: composes the parts. Opening a file, and its failures, are in
 * message-store.ts; the tables are in message-schema.ts.
 */
import type { DatabaseSync } from 'node:sqlite';
import { shortNameOf } from '../../../../shared/lib/ids.ts';
import { StoreError, type Contact, type MessageStore } from '../../../core/messaging/ports.ts';
import type { Clock } from '../../../core/ports.ts';
import { createMessageReads } from './message-reads.ts';
import { toContact } from './message-rows.ts';
import { createMessageWrites } from './message-writes.ts';
import { createConversations } from './conversations.ts';
import { createSearchIndex } from './search-index.ts';
import { createTransactions, type Transactions } from './transactions.ts';
import { createMaintenance } from './maintenance.ts';
import { positionOf } from '../query/cursor.ts';
import { toRowLimit } from '../query/row-limit.ts';

/**
 * Contacts in the file. Beyond it, those seen longest ago go first, except verified and blocked
 * ones.
 */
const maxContacts = 20_000;

interface Deps {
  readonly clock: Clock;
}

interface Options {
  /** Maintenance never runs on a file that cannot be written. */
  readonly isReadOnly: boolean;
  /** Called when SQLite finds damage. */
  readonly onDamage: () => void;
}

/** @throws the database's error if the tables are not as expected */
export function createSqliteStore(database: DatabaseSync, { clock }: Deps, { isReadOnly, onDamage }: Options): MessageStore {
  const conversations = createConversations(database);
  const transactions = createTransactions(database, {
    beforeCommit: () => conversations.flush(),
    afterCommit: () => maintenance.noteWrite(),
    afterRollback() {
      conversations.clearCache();
      search.reload();
    },
    onError: (error) => error.code === 'corrupt' && onDamage(),
  });
  const { batch, write, read } = transactions;
  const search = createSearchIndex(database, { clock, write });
  const writes = createMessageWrites(database, { clock, conversations, search });
  const runCheckpoint = database.prepare('PRAGMA wal_checkpoint(PASSIVE)');
  const maintenance = createMaintenance({
    clock,
    indexSlice: () => attempt(() => write(() => search.indexSlice())) ?? false,
    checkpoint: () => void attempt(() => read(() => runCheckpoint.get())),
  });
  let isClosed = false;
  if (!isReadOnly) maintenance.noteWrite();

  return {
    batch,
    addOutgoing: (message, state) => write(() => writes.addOutgoing(message, state)),
    addIncoming: (message) => write(() => writes.addIncoming(message)),
    setState: (messageId, state) => write(() => writes.setState(messageId, state)),
    markRead: (conversation, through, limit) => write(() => writes.markRead(conversation, through, limit)),
    clear: (conversation, after) => write(() => writes.clear(conversation, after)),
    deleteOlderThan: (receivedAtMs, after) => write(() => writes.deleteOlderThan(receivedAtMs, after)),
    ...createMessageReads(database, { clock, conversations, read }),
    search: (text, { limit, conversation, before }) =>
      read(() => {
        const beforePosition = before === undefined ? Infinity : positionOf(before);
        const found = conversation === undefined ? undefined : conversations.find(shortNameOf(conversation));
        if (conversation !== undefined && !found) return { found: [] };
        return search.find(text, { limit: toRowLimit(limit), beforePosition, ...(found && { conversationId: found.rowId }) });
      }),
    ...createContactRows(database, transactions),
    close() {
      if (isClosed) return;
      isClosed = true;
      maintenance.close();
      transactions.close();
      database.close();
    },
  };
}

/** A failure is retried after the next write, whose caller learns what is wrong. */
function attempt<Result>(act: () => Result): Result | undefined {
  try {
    return act();
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}

function createContactRows(database: DatabaseSync, { write, read }: Transactions): Pick<MessageStore, 'putContact' | 'contacts'> {
  const put = database.prepare(`INSERT OR REPLACE INTO known_peer
    (peer_id, name, name_since_ms, first_seen_ms, last_seen_ms, verified, blocked) VALUES (?, ?, ?, ?, ?, ?, ?)`);
  const all = database.prepare('SELECT * FROM known_peer ORDER BY peer_id');
  const count = database.prepare('SELECT count(*) AS count FROM known_peer');
  const forget = database.prepare(`DELETE FROM known_peer WHERE peer_id IN (
    SELECT peer_id FROM known_peer WHERE verified = 0 AND blocked = 0 ORDER BY last_seen_ms LIMIT ?)`);
  let known = Number(count.get()?.['count']);

  return {
    putContact: ({ peerId, name, nameSinceMs, firstSeenMs, lastSeenMs, verified, blocked }: Contact) =>
      write(() => {
        put.run(peerId, name, nameSinceMs, firstSeenMs, lastSeenMs, Number(verified), Number(blocked));
        known += 1;
        if (known <= maxContacts) return;
        // A contact that was put twice was counted twice. A few more go than needed, so that not
        // every new contact costs a count.
        const tooMany = Number(count.get()?.['count']) - maxContacts;
        if (tooMany > 0) forget.run(tooMany + maxContacts / 20);
        known = Number(count.get()?.['count']);
      }),
    contacts: () => read(() => all.all().map(toContact)),
  };
}
