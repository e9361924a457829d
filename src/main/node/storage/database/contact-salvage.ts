/**
 * Reads whom we know out of a database that cannot be used otherwise, so that nobody is unblocked and no mark is lost because messages are
 * damaged or of a newer version (STORE-7, TRUST-5). As much as can be read is taken, and what cannot be right is left.
 */
import type { DatabaseSync } from 'node:sqlite';
import * as z from 'zod';
import { peerIdSchema } from '../../../../shared/lib/ids.ts';
import type { KnownPeer } from '../../../core/messaging/ports.ts';

export interface Salvage {
  readonly contacts: readonly KnownPeer[];
  /** Nothing was seen to be missing. */
  readonly isComplete: boolean;
}

export const nothingSalvaged: Salvage = { contacts: [], isComplete: false };

/** Names are cleaned when they are received, so longer ones are not ours. */
const maxNameCharacters = 256;

const flagSchema = z.union([z.literal(0), z.literal(1)]);
/** Versions before and after this one may know less or more of somebody. */
const rowSchema = z.object({
  peer_id: peerIdSchema,
  name: z.string().max(maxNameCharacters),
  name_since_ms: z.int().optional(),
  first_seen_ms: z.int(),
  last_seen_ms: z.int(),
  verified: flagSchema,
  blocked: flagSchema,
});

/** Never throws: whatever is wrong with the file is the reason to be here. */
export function salvageContacts(database: DatabaseSync): Salvage {
  const found = new Map<string, KnownPeer>();
  // From both ends: what lies behind a page that cannot be read is reached from the other.
  const isComplete = collect(database, 'ASC', found);
  if (!isComplete) collect(database, 'DESC', found);
  return { contacts: [...found.values()], isComplete };
}

/** @returns whether all could be read */
function collect(database: DatabaseSync, order: 'ASC' | 'DESC', found: Map<string, KnownPeer>): boolean {
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

function toSoundContact(row: unknown): KnownPeer | undefined {
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
