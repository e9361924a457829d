/**
 * Reads the contacts of a database that cannot be used otherwise: a damaged one, or one of a newer
 * version. So nobody is unblocked and no mark is lost (STORE-7, TRUST-5). It takes every sound row
 * and skips the others.
 */
import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { peerIdSchema } from '../../../../shared/lib/ids.ts';
import type { Contact } from '../../../core/messaging/ports.ts';

export interface Salvage {
  readonly contacts: readonly Contact[];
  /** No row was missing or damaged, as far as can be seen. */
  readonly isComplete: boolean;
}

export const nothingSalvaged: Salvage = { contacts: [], isComplete: false };

/** Names are cleaned on receipt, so a longer one is not ours. */
const maxNameCharacters = 256;

const flagSchema = z.union([z.literal(0), z.literal(1)]);
/** Other versions may have fewer or more columns. */
const rowSchema = z.object({
  peer_id: peerIdSchema,
  name: z.string().max(maxNameCharacters),
  name_since_ms: z.int().optional(),
  first_seen_ms: z.int(),
  last_seen_ms: z.int(),
  verified: flagSchema,
  blocked: flagSchema,
});

/** Never throws: the file is expected to be broken. */
export function salvageContacts(database: DatabaseSync): Salvage {
  const found = new Map<string, Contact>();
  // From both ends: rows behind an unreadable page are reached from the other end.
  const isComplete = collect(database, 'ASC', found);
  if (!isComplete) collect(database, 'DESC', found);
  return { contacts: [...found.values()], isComplete };
}

/** @returns whether every row could be read */
function collect(database: DatabaseSync, order: 'ASC' | 'DESC', found: Map<string, Contact>): boolean {
  let isComplete = true;
  try {
    for (const row of database.prepare(`SELECT * FROM known_peer ORDER BY peer_id ${order}`).iterate()) {
      const contact = toSoundContact(row);
      if (contact) found.set(contact.peerId, contact);
      else isComplete = false;
    }
    return isComplete;
  } catch {
    return false;
  }
}

function toSoundContact(row: unknown): Contact | undefined {
  const { data } = rowSchema.safeParse(row);
  return (
    data && {
      peerId: data.peer_id,
      name: data.name.toWellFormed(),
      nameSinceMs: data.name_since_ms ?? data.first_seen_ms,
      firstSeenMs: data.first_seen_ms,
      lastSeenMs: data.last_seen_ms,
      verified: data.verified === 1,
      blocked: data.blocked === 1,
    }
  );
}
