/**
 * What changes with nearly every message of a conversation, kept in memory while a transaction lasts and written once before it is committed:
 * the last position, the unread count, our last sequence. And the numbers that stand for peerIds and rooms. There is one writer (the
 * file is locked), so what is remembered here stays true between transactions; after one that failed it is forgotten.
 */
import type { DatabaseSync } from 'node:sqlite';
import type { Row } from './message-rows.ts';

export interface Party {
  readonly partyId: number;
  lastPosition: number;
  readPosition: number;
  unread: number;
}

export interface PartyLedger {
  find(name: string): Party | undefined;
  findOrAdd(name: string): Party;
  /** To be called after a change. */
  changed(party: Party): void;
  /** The next sequence of that author of ours in that conversation. */
  takeSequence(conversation: Party, author: Party): number;
  /** Writes what has changed: before a commit, and before a query that reads it. */
  write(): void;
  /** After a rollback, and after the tables were changed behind its back. */
  forget(): void;
}

/** Parties remembered, some 200 bytes each; with more of them the memory is emptied after the next write. */
const maxRemembered = 20_000;

interface Counter {
  readonly conversationId: number;
  readonly authorId: number;
  last: number;
}

export function createPartyLedger(database: DatabaseSync): PartyLedger {
  const select = database.prepare('SELECT party_id, last_position, read_position, unread FROM party WHERE name = ?');
  const insert = database.prepare('INSERT INTO party (name) VALUES (?)');
  const update = database.prepare('UPDATE party SET last_position = ?, read_position = ?, unread = ? WHERE party_id = ?');
  const selectSequence = database.prepare('SELECT last FROM own_sequence WHERE conversation_id = ? AND author_id = ?');
  const putSequence = database.prepare('INSERT OR REPLACE INTO own_sequence VALUES (?, ?, ?)');

  const parties = new Map<string, Party>();
  const counters = new Map<string, Counter>();
  const changedParties = new Set<Party>();
  const changedCounters = new Set<Counter>();

  return {
    find,
    findOrAdd(name) {
      const known = find(name);
      if (known) return known;
      const party: Party = { partyId: Number(insert.run(name).lastInsertRowid), lastPosition: 0, readPosition: 0, unread: 0 };
      parties.set(name, party);
      return party;
    },
    changed: (party) => void changedParties.add(party),
    takeSequence(conversation, author) {
      const counter = counterOf(conversation.partyId, author.partyId);
      counter.last += 1;
      changedCounters.add(counter);
      return counter.last;
    },
    write() {
      for (const { partyId, lastPosition, readPosition, unread } of changedParties) {
        update.run(lastPosition, readPosition, unread, partyId);
      }
      for (const { conversationId, authorId, last } of changedCounters) putSequence.run(conversationId, authorId, last);
      changedParties.clear();
      changedCounters.clear();
      if (parties.size > maxRemembered) parties.clear();
      if (counters.size > maxRemembered) counters.clear();
    },
    forget() {
      parties.clear();
      counters.clear();
      changedParties.clear();
      changedCounters.clear();
    },
  };

  function find(name: string): Party | undefined {
    const remembered = parties.get(name);
    if (remembered) return remembered;
    const row: Row | undefined = select.get(name);
    if (!row) return undefined;
    const party: Party = {
      partyId: Number(row['party_id']),
      lastPosition: Number(row['last_position']),
      readPosition: Number(row['read_position']),
      unread: Number(row['unread']),
    };
    parties.set(name, party);
    return party;
  }

  function counterOf(conversationId: number, authorId: number): Counter {
    const key = `${conversationId} ${authorId}`;
    const remembered = counters.get(key);
    if (remembered) return remembered;
    const row: Row | undefined = selectSequence.get(conversationId, authorId);
    const counter: Counter = { conversationId, authorId, last: Number(row?.['last'] ?? 0) };
    counters.set(key, counter);
    return counter;
  }
}
