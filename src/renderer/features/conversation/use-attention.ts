/**
 * Tells whether the user sees the end of the conversation, in a visible window that has the focus,
 * and showed a sign of life lately. While they do, arriving messages count as read.
 */
import { useEffect, useSyncExternalStore } from 'react';
import type { Message } from '../../../shared/contract/messages.ts';
import type { ConversationId } from '../../../shared/lib/ids.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { hasFocus, subscribeToFocus } from '../../ui/window-focus.ts';

export function useAttention(conversation: ConversationId, showsLast: boolean, last: Message | undefined): void {
  const { store, client, signOfLife } = useHallwayContext();
  const isAlive = useSyncExternalStore(signOfLife.subscribe, signOfLife.isFresh);
  const isLookedAt = useSyncExternalStore(subscribeToFocus, hasFocus);
  const isConnected = useHallway(({ core }) => core.connection === 'open');
  const isAttended = showsLast && isLookedAt && isAlive && isConnected;
  const cursor = last?.cursor;

  useEffect(() => {
    if (!isAttended) return undefined;
    store.applyMessages({ type: 'attention-changed', isAttended: true });
    return () => store.applyMessages({ type: 'attention-changed', isAttended: false });
  }, [store, isAttended]);

  useEffect(() => {
    if (isAttended && cursor !== undefined) void client.call('markRead', { conversation, through: cursor });
  }, [client, isAttended, conversation, cursor]);
}
