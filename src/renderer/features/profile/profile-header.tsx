/** Our own profile as others see it: avatar, name, status and note, each editable in place. */
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { maxNameBytes, maxNoteBytes } from '../../../shared/contract/profile.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { selectSelf } from '../../state/selectors.ts';
import { Avatar } from '../../ui/avatar.tsx';
import { EditableText } from './editable-text.tsx';
import styles from './profile-header.module.css';
import { StatusPicker } from './status-picker.tsx';
import type { CallResult } from '../../../shared/rpc/rpc.ts';
import type { ProfileChange, Self } from '../../../shared/contract/profile.ts';

export function ProfileHeader(): ReactNode {
  const self = useHallway(selectSelf);
  const setProfile = useSetProfile();
  if (self === undefined) return <header className={styles.header} aria-busy="true" />;
  return (
    <header className={styles.header}>
      <Avatar peerId={self.peerId} name={self.name} size="header" />
      <div className={styles.texts}>
        <div className={styles.line}>
          <div className={styles.name}>
            <EditableText
              label={say('profile.name')}
              value={self.name}
              maxLength={maxNameBytes}
              onSave={(name) => setProfile({ name })}
            />
          </div>
          <StatusPicker status={self.status} onPick={(status) => setProfile({ status })} />
        </div>
        <div className={styles.note}>
          <EditableText
            label={say('profile.note')}
            value={self.note}
            placeholder={say('profile.note.placeholder')}
            maxLength={maxNoteBytes}
            mayBeEmpty
            onSave={(note) => setProfile({ note })}
          />
        </div>
      </div>
    </header>
  );
}

/** Sends a change of our profile to the core, and shows its answer at once. */
function useSetProfile(): (change: ProfileChange) => Promise<CallResult<Self>> {
  const { client, store } = useHallwayContext();
  return async (change) => {
    const result = await client.call('setProfile', change);
    if (result.ok) store.apply({ type: 'self-answered', self: result.output });
    return result;
  };
}
