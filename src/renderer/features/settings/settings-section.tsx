/** One section of the settings page: its groups of rows, then what belongs to it and is no setting. */
import type { ReactNode } from 'react';
import type { About } from '../../../shared/contract/about.ts';
import { say } from '../../../shared/text/messages/page.ts';
import type { SettingsPlace } from '../../state/settings-places.ts';
import { Section } from '../../ui/section.tsx';
import { AboutSection } from './about-section.tsx';
import { FolderActions, MoveProfile } from './advanced-actions.tsx';
import { groupsOf } from './groups.ts';
import { MessageActions } from './message-actions.tsx';
import { NetworkLink } from './network-link.tsx';
import { TestNotification } from './notification-test.tsx';
import { placeTitle } from './groups.ts';
import { SettingRow } from './setting-row.tsx';
import styles from './settings-section.module.css';
import { ShortcutList, type DescribedShortcut } from './shortcut-list.tsx';

interface SettingsSectionProps {
  readonly place: SettingsPlace;
  readonly about: About | undefined;
  readonly shortcuts: readonly DescribedShortcut[];
}

export function SettingsSection({ place, about, shortcuts }: SettingsSectionProps): ReactNode {
  if (about === undefined) return null;
  const groups = groupsOf(place, about);
  return (
    <div className={styles.groups}>
      <h2 className={styles.title}>{placeTitle(place)}</h2>
      {groups.map(({ title, keys }) => (
        <Section key={title} title={say(title)}>
          {keys.map((key) => (
            <SettingRow key={key} settingKey={key} />
          ))}
        </Section>
      ))}
      <Extras place={place} about={about} shortcuts={shortcuts} isAlone={groups.length === 0} />
    </div>
  );
}

interface ExtrasProps extends SettingsSectionProps {
  readonly about: About;
  readonly isAlone: boolean;
}

function Extras({ place, about, shortcuts, isAlone }: ExtrasProps): ReactNode {
  switch (place) {
    case 'profile':
    case 'appearance':
      return null;
    case 'notifications':
      return <TestNotification />;
    case 'privacy':
      return <MessageActions />;
    case 'network':
      return <NetworkLink />;
    case 'startup':
      return isAlone ? <p className={styles.none}>{say('settings-page.startup.none')}</p> : null;
    case 'shortcuts':
      return <ShortcutList shortcuts={shortcuts} />;
    case 'advanced':
      return (
        <>
          <FolderActions about={about} />
          <MoveProfile />
        </>
      );
    case 'about':
      return <AboutSection about={about} />;
  }
}
