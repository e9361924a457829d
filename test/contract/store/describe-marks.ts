/** The contract of a store for marks on conversations: pinned and archived ones. Part of store-suite.ts. */
import { expect, it } from 'vitest';
import { conversationOfRoom } from '../../../src/shared/lib/ids.ts';
import type { HistoryStore } from '../../../src/main/core/rooms/ports.ts';
import { withAna, withBen } from './sample-messages.ts';

const tea = conversationOfRoom('tea');

export function describeMarks(getStore: () => HistoryStore): void {
  it('[LIST-1] are held for conversations without messages, replaced, and forgotten when empty', () => {
    const store = getStore();
    store.putConversationMark({ conversation: withAna, pin: 1, archivedThrough: null, mutedUntilMs: null, muteSeenMs: null });
    store.putConversationMark({ conversation: tea, pin: 0, archivedThrough: 7, mutedUntilMs: null, muteSeenMs: null });
    store.putConversationMark({ conversation: withBen, pin: null, archivedThrough: 3, mutedUntilMs: null, muteSeenMs: null });
    const before = byConversation(store);
    store.putConversationMark({ conversation: withAna, pin: null, archivedThrough: 12, mutedUntilMs: null, muteSeenMs: null });
    store.putConversationMark({ conversation: withBen, pin: null, archivedThrough: null, mutedUntilMs: null, muteSeenMs: null });
    expect([before, byConversation(store)]).toEqual([
      {
        [withAna]: { pin: 1, archivedThrough: null },
        [tea]: { pin: 0, archivedThrough: 7 },
        [withBen]: { pin: null, archivedThrough: 3 },
      },
      { [withAna]: { pin: null, archivedThrough: 12 }, [tea]: { pin: 0, archivedThrough: 7 } },
    ]);
  });

  it('[LIST-22] a mute is held until it is taken back', () => {
    const store = getStore();
    store.putConversationMark({
      conversation: withAna,
      pin: null,
      archivedThrough: null,
      mutedUntilMs: 1_760_000_000_000,
      muteSeenMs: 1_759_999_999_000,
    });
    const before = store.conversationMarks();
    store.putConversationMark({ conversation: withAna, pin: null, archivedThrough: null, mutedUntilMs: null, muteSeenMs: null });
    expect([before, store.conversationMarks()]).toEqual([
      [
        {
          conversation: withAna,
          pin: null,
          archivedThrough: null,
          mutedUntilMs: 1_760_000_000_000,
          muteSeenMs: 1_759_999_999_000,
        },
      ],
      [],
    ]);
  });

  it('[LIST-1] that a failed batch put are as they were', () => {
    const store = getStore();
    store.putConversationMark({ conversation: withAna, pin: 0, archivedThrough: null, mutedUntilMs: null, muteSeenMs: null });
    expect(() =>
      store.batch(() => {
        store.putConversationMark({
          conversation: withAna,
          pin: null,
          archivedThrough: null,
          mutedUntilMs: null,
          muteSeenMs: null,
        });
        store.putConversationMark({ conversation: tea, pin: 5, archivedThrough: null, mutedUntilMs: null, muteSeenMs: null });
        throw new Error('half a batch');
      }),
    ).toThrow('half a batch');
    expect(byConversation(store)).toEqual({ [withAna]: { pin: 0, archivedThrough: null } });
  });
}

function byConversation(store: HistoryStore): Record<string, unknown> {
  return Object.fromEntries(
    store.conversationMarks().map(({ conversation, pin, archivedThrough }) => [conversation, { pin, archivedThrough }]),
  );
}
