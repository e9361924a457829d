/**
 * A row of the contact list: an online or departed peer, or a contact known only from a
 * conversation. Each row selects its own data, so that an update renders one row.
 */
import { BadgeCheck } from 'lucide-react';
import { memo } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { said } from '../../ui/said.tsx';
import type { DepartedPeer, LeaveReason, Peer } from '../../../shared/contract/presence.ts';
import { conversationOf, type PeerId } from '../../../shared/lib/ids.ts';
import type { ListSection } from '../../state/selectors.ts';
import { useHallway } from '../../state/context.tsx';
import {
  selectDeparted,
  selectHere,
  selectIsFrozen,
  selectListedCount,
  selectNamesake,
  selectShownId,
} from '../../state/selectors.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { LastSeen } from './last-seen.tsx';
import { NameMark } from '../../ui/name-mark.tsx';
import { readableName, readableCodeOf } from '../../../shared/text/contact-text.ts';
import { PresenceDot } from '../../ui/presence-dot.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import styles from './contact-row.module.css';
import { selectIsBlocked, selectIsOwn, selectUnread } from '../../state/message-selectors.ts';
import { clipText } from '../../ui/clip-text.ts';
import { timeOf } from '../../ui/message-time.ts';
import { useContact } from './use-contact.ts';

/** Characters of the last message, more than fit in the row. */
const maxShownText = 120;
/** A larger number is shown as "99+". */
const mostShown = 99;
/** Short text for a departed peer, for the row's second line. */
const reasonWords: Readonly<Record<LeaveReason, string>> = {
  goodbye: say('contacts.left.goodbye'),
  expired: say('contacts.left.expired'),
  unreachable: say('contacts.left.unreachable'),
};

interface RowProps {
  readonly section: ListSection;
  readonly peerId: PeerId;
  /** Position among all contacts of the list, from 1. */
  readonly position: number;
  onSelect(peerId: PeerId): void;
}

export const PeerRow = memo(function PeerRow({ section, peerId, position, onSelect }: RowProps): ReactNode {
  const here = useHallway((state) => (section === 'here' ? selectHere(state, peerId) : undefined));
  const departed = useHallway((state) => (section === 'departed' ? selectDeparted(state, peerId) : undefined));
  const isFrozen = useHallway(selectIsFrozen);
  const peer = here ?? departed;
  if (peer === undefined) return <div className={styles.row} />;
  return (
    <Row peerId={peerId} section={section} position={position} onSelect={onSelect}>
      <Avatar peerId={peerId} name={peer.name} size="row" faded={section === 'departed'}>
        {here && <PresenceDot presence={here.presence} isFrozen={isFrozen} />}
      </Avatar>
      <span className={styles.texts}>
        <span className={styles.line}>
          <bdi className={styles.name}>{readableName(peer.name)}</bdi>
          {peer.verified && <BadgeCheck className={styles.verified} size={14} aria-label={say('contacts.verified')} />}
          {here && <StatusMark status={here.status} />}
          <LastSeen className={styles.seen} timeMs={peer.lastSeenMs} />
        </span>
        <span className={styles.line}>
          <SecondLine peer={peer} isFrozen={isFrozen} />
          <UnreadBadge peerId={peerId} />
        </span>
      </span>
    </Row>
  );
});

function Row({ section, peerId, position, onSelect, children }: RowProps & { readonly children: ReactNode }): ReactNode {
  const isSelected = useHallway((state) => selectShownId(state) === peerId);
  const setSize = useHallway(selectListedCount);
  return (
    <div
      id={rowIdOf(peerId)}
      className={styles.row}
      role="option"
      aria-selected={isSelected}
      aria-posinset={position}
      aria-setsize={setSize}
      data-section={section}
      onClick={() => onSelect(peerId)}
    >
      {children}
    </div>
  );
}

function SecondLine({ peer, isFrozen }: { readonly peer: Peer | DepartedPeer; readonly isFrozen: boolean }): ReactNode {
  const likeness = useHallway((state) => selectNamesake(state, peer.peerId));
  const isDeparted = 'reason' in peer;
  return (
    <>
      {!isDeparted && peer.presence === 'one-way' && (
        <span className={styles.tag} data-presence="one-way">
          {say('ui.presence.one-way')}
        </span>
      )}
      {/* While we look offline, no peer is heard, so the mark would be on every row. */}
      {!isDeparted && !isFrozen && peer.presence === 'suspect' && (
        <span className={styles.tag} data-presence="suspect">
          {say('contacts.checking')}
        </span>
      )}
      {likeness !== undefined && <NameMark likeness={likeness} />}
      <span className={styles.about}>
        {likeness !== undefined && (
          <>
            <span className={styles.code}>{readableCodeOf(peer.peerId)}</span> ·{' '}
          </>
        )}
        {isDeparted && <>{reasonWords[peer.reason]} · </>}
        <bdi>{peer.host}</bdi>
        {!isDeparted && peer.note !== '' && (
          <>
            {' · '}
            <bdi>{peer.note}</bdi>
          </>
        )}
      </span>
    </>
  );
}

export const ContactRow = memo(function ContactRow({ peerId, position, onSelect }: RowProps): ReactNode {
  const { name } = useContact(peerId);
  const last = useHallway(({ messages }) => messages.conversations.get(conversationOf(peerId))?.last);
  const isOwn = useHallway((state) => last !== undefined && selectIsOwn(state, last));
  const isBlocked = useHallway((state) => selectIsBlocked(state, peerId));
  return (
    <Row peerId={peerId} section="departed" position={position} onSelect={onSelect}>
      <Avatar peerId={peerId} name={name} size="row" faded />
      <span className={styles.texts}>
        <span className={styles.line}>
          <bdi className={styles.name}>{name}</bdi>
          {last && <LastSeen className={styles.seen} timeMs={timeOf(last)} />}
        </span>
        <span className={styles.line}>
          <span className={styles.about}>
            {isBlocked ? say('contacts.blocked') : <LastText text={last && clipText(last.text, maxShownText)} isOwn={isOwn} />}
          </span>
          {!isBlocked && <UnreadBadge peerId={peerId} />}
        </span>
      </span>
    </Row>
  );
});

/** The number of unread messages from that contact. */
function UnreadBadge({ peerId }: { readonly peerId: PeerId }): ReactNode {
  const unread = useHallway((state) => selectUnread(state, peerId));
  if (unread === 0) return null;
  return (
    <span className={styles.badge}>
      {unread > mostShown ? `${mostShown}+` : unread}
      <span className="visually-hidden"> {say('contacts.unread')}</span>
    </span>
  );
}

function LastText({ text, isOwn }: { readonly text: string | undefined; readonly isOwn: boolean }): ReactNode {
  return isOwn ? said('contacts.you', { text: <bdi>{text}</bdi> }) : <bdi>{text}</bdi>;
}

/** The row's element ID, by which the list names its active option. */
export function rowIdOf(peerId: PeerId): string {
  return `contact-${peerId}`;
}
