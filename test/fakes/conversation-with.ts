/** Lets a test name a direct conversation by its peer, whose id may be made up (`bo`). */
import { conversationOf, parseConversationId, type ConversationId, type PeerId } from '../../src/shared/lib/ids.ts';

export function conversationWith(to: PeerId | ConversationId): ConversationId {
  return parseConversationId(to) ?? conversationOf(to.replace(/^dm:/, ''));
}
