/**
 * A person's row of the list: status on the avatar, name, and what was said last. It shows what is
 * known now, in whatever section it stands.
 */
import { BadgeCheck, BellOff, Pin } from 'lucide-react';
import { memo } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { LeaveReason } from '../../../shared/contract/presence.ts';
import { conversationOf, type PeerId } from '../../../shared/lib/ids.ts';
import { useHallway } from '../../state/context.tsx';
import { selectIsFrozen, selectNamesake } from '../../state/selectors.ts';
import { selectIsMuted, selectUnread } from '../../state/message-selectors.ts';
import { useContact, type ContactView } from '../contacts/use-contact.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { NameMark } from '../../ui/name-mark.tsx';
import { PresenceDot } from '../../ui/presence-dot.tsx';
import { statusText } from '../../ui/status-mark.tsx';
import { UnreadBadge } from './unread-badge.tsx';
import { LastTime, RowText } from './last-said.tsx';
import { useListLook } from './list-look.ts';
import { Row, type RowProps } from './row.tsx';
import styles from './row.module.css';

/** Short text for a departed peer. */
const reasonWords: Readonly<Record<LeaveReason, string>> = {
  goodbye: say('contacts.left.goodbye'),
  expired: say('contacts.left.expired'),
  unreachable: say('contacts.left.unreachable'),
};

interface PersonRowProps extends RowProps {
  readonly peerId: PeerId;
}

export const PersonRow = memo(function PersonRow({ peerId, ...row }: PersonRowProps): ReactNode {
  const { density } = useListLook();
  const contact = useContact(peerId);
  const isFrozen = useHallway(selectIsFrozen);
  const unread = useHallway((state) => (contact.isBlocked ? 0 : selectUnread(state, peerId)));
  const isMuted = useHallway((state) => selectIsMuted(state, row.conversation));
  const { here, name, isVerified } = contact;
  return (
    <Row {...row} isHere={here !== undefined} isUnread={unread > 0 && !isMuted} title={titleOf(contact)}>
      <Avatar peerId={peerId} name={name} size={density === 'compact' ? 'compact' : 'row'} faded={here === undefined}>
        {here && (
          <PresenceDot
            presence={here.presence}
            status={here.status}
            statusText={statusText(here, here.lastSeenMs)}
            isFrozen={isFrozen}
          />
        )}
      </Avatar>
      <span className={styles.texts}>
        <span className={styles.line}>
          <bdi className={styles.name}>{name}</bdi>
          {isVerified && <BadgeCheck className={styles.verified} size={14} aria-label={say('contacts.verified')} />}
          {row.section === 'pinned' && <Pin className={styles.pin} size={12} aria-label={say('list.pinned')} />}
          {isMuted && <BellOff className={styles.pin} size={12} aria-label={say('list.muted')} />}
        </span>
        <span className={styles.about}>
          <About contact={contact} isFrozen={isFrozen} />
        </span>
      </span>
      <LastTime conversation={conversationOf(peerId)} fallbackMs={contact.departed?.lastSeenMs} />
      <UnreadBadge count={unread} isMuted={isMuted} />
    </Row>
  );
});

/** The tag of a problem, what tells namesakes apart, and the last message, as far as there is any. */
function About({ contact, isFrozen }: { readonly contact: ContactView; readonly isFrozen: boolean }): ReactNode {
  const { peerId, here, departed, isBlocked } = contact;
  const { density } = useListLook();
  const likeness = useHallway((state) => selectNamesake(state, peerId));
  const host = (here ?? departed)?.host;
  if (isBlocked) return say('contacts.blocked');
  return (
    <>
      {here?.presence === 'one-way' && !isFrozen && (
        <span className={styles.tag} data-presence="one-way">
          {say('ui.presence.one-way')}
        </span>
      )}
      {likeness === 'alike' && <NameMark likeness={likeness} />}
      {likeness !== undefined && <bdi className={styles.host}>{host}</bdi>}
      <RowText
        conversation={conversationOf(peerId)}
        instead={<Instead contact={contact} hasHost={likeness === undefined} isRoomy={density === 'comfortable'} />}
      />
    </>
  );
}

interface InsteadProps {
  readonly contact: ContactView;
  readonly hasHost: boolean;
  readonly isRoomy: boolean;
}

/** Without a message to show: how they left, or what they say of themselves. */
function Instead({ contact: { here, departed }, hasHost, isRoomy }: InsteadProps): ReactNode {
  if (here === undefined) return departed === undefined ? null : reasonWords[departed.reason];
  if (here.note !== '') return <bdi className={styles.note}>{here.note}</bdi>;
  return isRoomy && hasHost ? <bdi className={styles.note}>{here.host}</bdi> : null;
}

function titleOf({ name, here, departed }: ContactView): string {
  const peer = here ?? departed;
  return [name, peer?.host, peer?.note].filter((text) => text !== undefined && text !== '').join(' · ');
}
