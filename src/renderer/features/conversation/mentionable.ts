/**
 * The people whom a message of a room may mention: its members, and those who spoke in it lately.
 */
import type { PeerId } from '../../../shared/lib/ids.ts';
import { conversationOfRoom } from '../../../shared/lib/ids.ts';
import { selectIsBlocked, selectName } from '../../state/message-selectors.ts';
import type { HallwayState } from '../../state/store.ts';

export interface MentionablePerson {
  readonly peerId: PeerId;
  readonly name: string;
  readonly isHere: boolean;
}

/** Computed while a list of names is open, and not at other times. */
export function* selectMentionable(state: HallwayState, roomName: string): Generator<MentionablePerson> {
  const { core, messages } = state;
  const room = core.rooms.get(roomName);
  const here = new Set(room?.members);
  const open = messages.open?.conversation === conversationOfRoom(roomName) ? messages.open.window?.messages : [];
  const seen = new Set<PeerId>(core.self === undefined ? [] : [core.self.peerId]);
  for (const peerId of [...here, ...(room?.private?.people ?? []), ...(open ?? []).map(({ from }) => from)]) {
    if (seen.has(peerId) || selectIsBlocked(state, peerId)) continue;
    seen.add(peerId);
    yield { peerId, name: selectName(state, peerId), isHere: here.has(peerId) };
  }
}
