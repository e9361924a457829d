/** The DraftStore on disk: the table `draft` (message-schema.ts). */
import type { DatabaseSync } from 'node:sqlite';
import { conversationOfShortName, shortNameOf } from '../../../../shared/lib/ids.ts';
import { maxDrafts, type DraftStore } from '../../../core/drafts/ports.ts';
import type { Transactions } from './transactions.ts';

export function createDraftRows(database: DatabaseSync, { write, read }: Pick<Transactions, 'write' | 'read'>): DraftStore {
  const find = database.prepare('SELECT * FROM draft WHERE conversation = ?');
  const starts = database.prepare("SELECT conversation, substr(text, 1, ?) AS start FROM draft WHERE text <> ''");
  const nextVersion = database.prepare('SELECT ifnull(max(version), 0) + 1 AS version FROM draft');
  const put = database.prepare('INSERT OR REPLACE INTO draft (conversation, text, version, sent_version) VALUES (?, ?, ?, ?)');
  const removeOldest = database.prepare(
    'DELETE FROM draft WHERE version <= (SELECT version FROM draft ORDER BY version DESC LIMIT 1 OFFSET ?)',
  );

  return {
    get: (conversation) =>
      read(() => {
        const row = find.get(shortNameOf(conversation));
        return (
          row && {
            conversation: conversationOfShortName(String(row['conversation'])),
            text: String(row['text']),
            version: Number(row['version']),
            sentVersion: Number(row['sent_version']),
          }
        );
      }),
    starts: (maxLength) =>
      read(() =>
        starts.all(maxLength).map((row) => ({
          conversation: conversationOfShortName(String(row['conversation'])),
          text: String(row['start']),
        })),
      ),
    put: (draft) =>
      write(() => {
        const version = Number(nextVersion.get()?.['version']);
        put.run(shortNameOf(draft.conversation), draft.text, version, draft.sentVersion);
        removeOldest.run(maxDrafts);
        return { ...draft, version };
      }),
  };
}
