/** Our own profile in one line: avatar and name, which open the profile, and the status. */
import { Settings } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { maxNameBytes, maxNoteBytes } from '../../../shared/contract/profile.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { readableCodeOf } from '../../../shared/text/contact-text.ts';
import { closeOverlay, openOverlay, toggleSettings } from '../../state/route.ts';
import { selectOverlay, selectRoute, selectSelf } from '../../state/selectors.ts';
import { said } from '../../ui/said.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { EditableText } from './editable-text.tsx';
import styles from './profile-header.module.css';
import { StatusPicker } from './status-picker.tsx';
import type { CallResult } from '../../../shared/rpc/rpc.ts';
import type { ProfileChange, Self } from '../../../shared/contract/profile.ts';

interface ProfileHeaderProps {
  /** Buttons at the end of the line. */
  readonly tools?: ReactNode;
}

export function ProfileHeader({ tools }: ProfileHeaderProps): ReactNode {
  const { store } = useHallwayContext();
  const self = useHallway(selectSelf);
  const isOpen = useHallway(selectOverlay) === 'profile';
  const setProfile = useSetProfile();
  if (self === undefined) return <header className={styles.header} aria-busy="true" />;
  const { peerId, name, note, host } = self;
  return (
    <header className={styles.header}>
      <Button
        kind="plain"
        className={styles.you}
        aria-haspopup="dialog"
        title={note === '' ? name : `${name} · ${note}`}
        onPress={() => store.navigate(openOverlay('profile'))}
      >
        <Avatar peerId={peerId} name={name} size="small" />
        <span className="visually-hidden">{say('profile.open')} </span>
        <bdi className={styles.name}>{name}</bdi>
      </Button>
      <StatusPicker self={self} onPick={setProfile} />
      {tools}
      <SettingsButton />
      {isOpen && (
        <Dialog
          title={say('profile.you')}
          actions={null}
          closeLabel={say('profile.close')}
          onClose={() => store.navigate(closeOverlay)}
        >
          <div className={styles.card}>
            <Avatar peerId={peerId} name={name} size="header" />
            <div className={styles.texts}>
              <div className={styles.ownName}>
                <EditableText
                  label={say('profile.name')}
                  value={name}
                  maxLength={maxNameBytes}
                  onSave={(text) => setProfile({ name: text })}
                />
              </div>
              <EditableText
                label={say('profile.note')}
                value={note}
                placeholder={say('profile.note.placeholder')}
                maxLength={maxNoteBytes}
                mayBeEmpty
                onSave={(text) => setProfile({ note: text })}
              />
            </div>
          </div>
          <p>{said('profile.seen-as', { host: <bdi>{host}</bdi> })}</p>
          <p>{said('profile.code', { code: <span className={styles.code}>{readableCodeOf(peerId)}</span> })}</p>
        </Dialog>
      )}
    </header>
  );
}

function SettingsButton(): ReactNode {
  const { store } = useHallwayContext();
  const isOpen = useHallway(selectRoute).page === 'settings';
  return (
    <IconButton
      size={34}
      label={say('settings-page.title')}
      title={say('settings-page.open')}
      aria-pressed={isOpen}
      aria-keyshortcuts="Control+,"
      onPress={() => store.navigate(toggleSettings)}
    >
      <Settings size={18} aria-hidden="true" />
    </IconButton>
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
