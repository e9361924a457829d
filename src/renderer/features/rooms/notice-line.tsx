/** The latest notice of a room: members that joined or left together, or a new topic. */
import type { ReactNode } from 'react';
import type { RoomNotice } from '../../../shared/contract/rooms.ts';
import type { ConversationId, PeerId } from '../../../shared/lib/ids.ts';
import { formatList } from '../../../shared/text/format.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallway } from '../../state/context.tsx';
import { selectName, selectOpen } from '../../state/message-selectors.ts';
import type { HallwayState } from '../../state/store.ts';
import styles from './line.module.css';

/** Members named in one notice. The others are counted. */
const maxNamed = 2;

export function NoticeLine({ conversation }: { readonly conversation: ConversationId }): ReactNode {
  const open = useHallway(selectOpen);
  const notice = open?.conversation === conversation ? open.notice : undefined;
  const words = useHallway((state) => (notice === undefined ? '' : noticeWords(state, notice)));
  return (
    <p className={styles.notice} role="status">
      {words}
    </p>
  );
}

function noticeWords(state: HallwayState, notice: RoomNotice): string {
  if (notice.what === 'topic') {
    const name = nameOf(state, notice.by);
    return notice.topic === '' ? say('room.topic-removed', { name }) : say('room.topic-changed', { name, topic: notice.topic });
  }
  if (notice.what === 'renamed') return say('room.renamed', { name: nameOf(state, notice.by), title: notice.title });
  const { peerIds } = notice;
  // One name more is as long as "and 1 other".
  const named = peerIds.length === maxNamed + 1 ? peerIds : peerIds.slice(0, maxNamed);
  const names = named.map((peerId) => nameOf(state, peerId));
  const count = peerIds.length - named.length;
  const values = { names: count === 0 ? formatList(names) : names.join(', '), count };
  if (notice.what !== 'added' && notice.what !== 'removed')
    return say(notice.what === 'joined' ? 'room.joined' : 'room.left', values);
  const isUs = state.core.self !== undefined && peerIds.includes(state.core.self.peerId);
  const who = isUs ? { names: say('room.you-object'), count: 0 } : values;
  return say(notice.what === 'added' ? 'room.added' : 'room.removed', { name: nameOf(state, notice.by), ...who });
}

function nameOf(state: HallwayState, peerId: PeerId): string {
  return state.core.self?.peerId === peerId ? say('message.you') : selectName(state, peerId);
}
