/**
 * Says once that anyone on this network can read along in rooms, and what a private room promises. It
 * stays until the user closes it, and is remembered for this profile where the browser can.
 */
import { Eye, Lock } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { Room } from '../../../shared/contract/rooms.ts';
import { useHallway } from '../../state/context.tsx';
import { selectSelf } from '../../state/selectors.ts';
import { Button } from '../../ui/button.tsx';
import { findStorage } from '../../ui/find-storage.ts';
import styles from './line.module.css';

const keyPrefixes = { open: 'hallway.open-note.', private: 'hallway.private-note.' } as const;
const closedWord = 'closed';

export function OpenNote({ room }: { readonly room: Room }): ReactNode {
  const ownId = useHallway(selectSelf)?.peerId ?? '';
  const key = keyPrefixes[room.private ? 'private' : 'open'] + ownId;
  const [isClosed, setIsClosed] = useState(() => wasClosed(key));
  if ((!room.isOpen && !room.private) || isClosed) return null;
  const Icon = room.private ? Lock : Eye;
  return (
    <div className={styles.line} data-kind="note" role="note">
      <Icon className={styles.icon} size={15} aria-hidden="true" />
      <p className={styles.text}>{say(room.private ? 'private.promise' : 'room.open-note')}</p>
      <Button
        kind="pill"
        onPress={() => {
          close(key);
          setIsClosed(true);
        }}
      >
        {say('room.open-note.close')}
      </Button>
    </div>
  );
}

function wasClosed(key: string): boolean {
  try {
    return findStorage()?.getItem(key) === closedWord;
  } catch {
    return false;
  }
}

function close(key: string): void {
  try {
    findStorage()?.setItem(key, closedWord);
  } catch {
    // Full or disabled: the note comes back with the next room.
  }
}
