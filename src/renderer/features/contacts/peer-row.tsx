/** One person in the list. Selects its own data, so that an update of one person draws one row. */
import { BadgeCheck } from 'lucide-react';
import { memo } from 'react';
import type { ReactNode } from 'react';
import type { DepartedPeer, LeaveReason, Peer } from '../../../shared/contract/presence.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
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
import { readableName, shortCodeOf } from '../../../shared/text/contact-text.ts';
import { PresenceDot } from '../../ui/presence-dot.tsx';
import { StatusMark } from '../../ui/status-mark.tsx';
import { UnreadBadge } from './unread-badge.tsx';
import styles from './peer-row.module.css';
import { rowIdOf } from './row-id.ts';

export interface PersonRowProps {
  readonly section: ListSection;
  readonly peerId: PeerId;
  /** Among all people of the list, from 1. */
  readonly position: number;
  onSelect(peerId: PeerId): void;
}

/** Departed in a word, for the second line of a row. */
const reasonWords: Readonly<Record<LeaveReason, string>> = {
  goodbye: 'Left',
  expired: 'Fell silent',
  unreachable: 'Stopped answering',
};

export const PersonRow = memo(function PersonRow({ section, peerId, position, onSelect }: PersonRowProps): ReactNode {
  const here = useHallway((state) => (section === 'here' ? selectHere(state, peerId) : undefined));
  const departed = useHallway((state) => (section === 'departed' ? selectDeparted(state, peerId) : undefined));
  const isSelected = useHallway((state) => selectShownId(state) === peerId);
  const setSize = useHallway(selectListedCount);
  const isFrozen = useHallway(selectIsFrozen);
  const person = here ?? departed;
  if (person === undefined) return <div className={styles.row} />;
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
      <Avatar peerId={peerId} name={person.name} size="row" faded={section === 'departed'}>
        {here && <PresenceDot presence={here.presence} isFrozen={isFrozen} />}
      </Avatar>
      <span className={styles.texts}>
        <span className={styles.line}>
          <bdi className={styles.name}>{readableName(person.name)}</bdi>
          {person.verified && <BadgeCheck className={styles.verified} size={14} aria-label="Verified" />}
          {here && <StatusMark status={here.status} />}
          <LastSeen className={styles.seen} timeMs={person.lastSeenMs} />
        </span>
        <span className={styles.line}>
          <SecondLine person={person} isFrozen={isFrozen} />
          <UnreadBadge peerId={peerId} />
        </span>
      </span>
    </div>
  );
});

function SecondLine({ person, isFrozen }: { readonly person: Peer | DepartedPeer; readonly isFrozen: boolean }): ReactNode {
  const likeness = useHallway((state) => selectNamesake(state, person.peerId));
  const isDeparted = 'reason' in person;
  return (
    <>
      {!isDeparted && person.presence === 'one-way' && (
        <span className={styles.tag} data-presence="one-way">
          One-way
        </span>
      )}
      {/* Everybody would be, while nobody is heard. */}
      {!isDeparted && !isFrozen && person.presence === 'suspect' && (
        <span className={styles.tag} data-presence="suspect">
          Checking…
        </span>
      )}
      {likeness !== undefined && <NameMark likeness={likeness} />}
      <span className={styles.about}>
        {likeness !== undefined && (
          <>
            <span className={styles.code}>{shortCodeOf(person.peerId)}</span> ·{' '}
          </>
        )}
        {isDeparted && <>{reasonWords[person.reason]} · </>}
        <bdi>{person.host}</bdi>
        {!isDeparted && person.note !== '' && (
          <>
            {' · '}
            <bdi>{person.note}</bdi>
          </>
        )}
      </span>
    </>
  );
}
