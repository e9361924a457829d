/**
 * Says once that anyone on this network can read along in rooms. It stays until the user closes it,
 * and is remembered for this profile where the browser can.
 */
import { Eye } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { Room } from '../../../shared/contract/rooms.ts';
import { useHallway } from '../../state/context.tsx';
import { selectSelf } from '../../state/selectors.ts';
import { Button } from '../../ui/button.tsx';
import { findStorage } from '../../ui/find-storage.ts';
import styles from './line.module.css';

const keyPrefix = 'hallway.open-note.';
const closedWord = 'closed';

export function OpenNote({ room }: { readonly room: Room }): ReactNode {
  const ownId = useHallway(selectSelf)?.peerId ?? '';
  const [isClosed, setIsClosed] = useState(() => wasClosed(ownId));
  if (!room.isOpen || isClosed) return null;
  return (
    <div className={styles.line} data-kind="note" role="note">
      <Eye className={styles.icon} size={15} aria-hidden="true" />
      <p className={styles.text}>{say('room.open-note')}</p>
      <Button
        kind="pill"
        onPress={() => {
          close(ownId);
          setIsClosed(true);
        }}
      >
        {say('room.open-note.close')}
      </Button>
    </div>
  );
}

function wasClosed(ownId: string): boolean {
  try {
    return findStorage()?.getItem(keyPrefix + ownId) === closedWord;
  } catch {
    return false;
  }
}

function close(ownId: string): void {
  try {
    findStorage()?.setItem(keyPrefix + ownId, closedWord);
  } catch {
    // Full or disabled: the note comes back with the next room.
  }
}
