/** Picks people for a private room: those who are here first, then those who were. */
import { useId, useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { foldText } from '../../../shared/text/fold-text.ts';
import { useHallway } from '../../state/context.tsx';
import { selectIsBlocked, selectName } from '../../state/message-selectors.ts';
import type { HallwayState } from '../../state/store.ts';
import { TextField } from '../../ui/text-field.tsx';
import { PersonLine } from '../contacts/person-line.tsx';
import styles from './people-picker.module.css';

interface PeoplePickerProps {
  readonly picked: ReadonlySet<PeerId>;
  /** Not offered. */
  readonly without: readonly PeerId[];
  onPick(picked: ReadonlySet<PeerId>): void;
}

/** A network may have thousands. The search finds the others. */
const maxShown = 100;

export function PeoplePicker({ picked, without, onPick }: PeoplePickerProps): ReactNode {
  const [search, setSearch] = useState('');
  const headingId = useId();
  const hereIds = useHallway(({ core }) => core.hereIds);
  const departedIds = useHallway(({ core }) => core.departedIds);
  const state = useHallway((whole) => whole);
  const wanted = foldText(search.trim());
  const people = [...hereIds, ...departedIds].filter((peerId) => isOffered(state, peerId, wanted) && !without.includes(peerId));

  function toggle(peerId: PeerId): void {
    const next = new Set(picked);
    if (!next.delete(peerId)) next.add(peerId);
    onPick(next);
  }

  return (
    <section className={styles.picker} aria-labelledby={headingId}>
      <h3 className={styles.heading} id={headingId}>
        {say('private.people', { count: picked.size })}
      </h3>
      <TextField
        className={styles.search}
        label={say('private.search')}
        placeholder={say('private.search')}
        autoComplete="off"
        spellCheck={false}
        maxLength={200}
        value={search}
        onText={setSearch}
      />
      {people.length === 0 && <p className={styles.nobody}>{say('private.nobody')}</p>}
      <ul className={styles.list}>
        {people.slice(0, maxShown).map((peerId) => (
          <li key={peerId}>
            <Person peerId={peerId} isPicked={picked.has(peerId)} onToggle={() => toggle(peerId)} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function isOffered(state: HallwayState, peerId: PeerId, wanted: string): boolean {
  return !selectIsBlocked(state, peerId) && foldText(selectName(state, peerId)).includes(wanted);
}

interface PersonProps {
  readonly peerId: PeerId;
  readonly isPicked: boolean;
  onToggle(): void;
}

function Person({ peerId, isPicked, onToggle }: PersonProps): ReactNode {
  return (
    <label className={styles.person}>
      <input type="checkbox" className={styles.box} checked={isPicked} onChange={onToggle} />
      <PersonLine peerId={peerId} size="line" />
    </label>
  );
}
