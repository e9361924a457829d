/**
 * Mutes a conversation for a time or for good, and ends that (rule LIST-22). A room that is muted
 * for good is muted on all hosts, so that is a mark of the room.
 */
import { mutedForGoodMs } from '../../../shared/contract/marks.ts';
import { partsOf, type ConversationId } from '../../../shared/lib/ids.ts';
import type { CallResult } from '../../../shared/rpc/rpc.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { selectIsMuted } from '../../state/message-selectors.ts';

export interface MuteOfConversation {
  readonly isMuted: boolean;
  /** @param untilMs absent means for good */
  mute(untilMs?: number): Promise<CallResult<object>>;
  unmute(): Promise<CallResult<object>>;
}

export function useMute(conversation: ConversationId): MuteOfConversation {
  const { client } = useHallwayContext();
  const isMuted = useHallway((state) => selectIsMuted(state, conversation));
  const isForTime = useHallway(({ messages }) => messages.muted.has(conversation));
  const parts = partsOf(conversation);
  return {
    isMuted,
    mute: (untilMs = mutedForGoodMs) =>
      parts.type === 'room' && untilMs === mutedForGoodMs
        ? client.call('muteRoom', { room: parts.name, isMuted: true })
        : client.call('muteConversation', { conversation, untilMs }),
    unmute: () =>
      parts.type === 'room' && !isForTime
        ? client.call('muteRoom', { room: parts.name, isMuted: false })
        : client.call('muteConversation', { conversation, untilMs: null }),
  };
}
