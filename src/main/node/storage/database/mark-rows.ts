/** The rows of the table `conversation_mark`: pinned, archived and muted conversations. */
import type { DatabaseSync } from 'node:sqlite';
import { conversationOfShortName, shortNameOf } from '../../../../shared/lib/ids.ts';
import type { MarkStore } from '../../../core/messaging/mark-store.ts';
import type { Transactions } from './transactions.ts';

export function createMarkRows(database: DatabaseSync, { write, read }: Pick<Transactions, 'write' | 'read'>): MarkStore {
  const all = database.prepare('SELECT * FROM conversation_mark ORDER BY archived_through, name');
  const put = database.prepare(
    'INSERT OR REPLACE INTO conversation_mark (name, pin, archived_through, muted_until_ms, mute_seen_ms) VALUES (?, ?, ?, ?, ?)',
  );
  const remove = database.prepare('DELETE FROM conversation_mark WHERE name = ?');
  return {
    conversationMarks: () =>
      read(() =>
        all.all().map((row) => ({
          conversation: conversationOfShortName(String(row['name'])),
          pin: numberOrNull(row['pin']),
          archivedThrough: numberOrNull(row['archived_through']),
          mutedUntilMs: numberOrNull(row['muted_until_ms']),
          muteSeenMs: numberOrNull(row['mute_seen_ms']),
        })),
      ),
    putConversationMark: ({ conversation, pin, archivedThrough, mutedUntilMs, muteSeenMs }) =>
      write(() => {
        const name = shortNameOf(conversation);
        if (pin === null && archivedThrough === null && mutedUntilMs === null) remove.run(name);
        else put.run(name, pin, archivedThrough, mutedUntilMs, muteSeenMs);
      }),
  };
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
