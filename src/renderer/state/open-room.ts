/**
 * News of the open conversation if it is a room, besides messages. Part of message-state.ts,
 * and pure.
 */
import type { KeptBy } from '../../shared/contract/messages.ts';
import type { RoomNotice } from '../../shared/contract/rooms.ts';
import type { ConversationId, MessageId } from '../../shared/lib/ids.ts';
import type { OpenConversation } from './message-state.ts';
import { putKept } from './message-window.ts';

export type OpenRoomEvent =
  /** More members have a message of ours. */
  | {
      readonly type: 'kept-changed';
      readonly messageId: MessageId;
      readonly conversation: ConversationId;
      readonly keptBy: KeptBy;
    }
  | { readonly type: 'notice-received'; readonly conversation: ConversationId; readonly notice: RoomNotice }
  /** The user has seen where the late messages are. */
  | { readonly type: 'late-seen' };

export function changeOpenRoom(open: OpenConversation, event: OpenRoomEvent): OpenConversation {
  if ('conversation' in event && event.conversation !== open.conversation) return open;
  switch (event.type) {
    case 'kept-changed':
      return { ...open, window: open.window && putKept(open.window, event.messageId, event.keptBy) };
    case 'notice-received':
      return { ...open, notice: event.notice };
    case 'late-seen':
      return { ...open, late: [] };
  }
}
