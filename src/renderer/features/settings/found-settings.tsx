/** The settings that a search found. */
import type { ReactNode } from 'react';
import type { About } from '../../../shared/contract/about.ts';
import { settingKeys } from '../../../shared/contract/settings.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { Section } from '../../ui/section.tsx';
import { isPossible } from './groups.ts';
import { searchSettings } from './search-settings.ts';
import { SettingRow } from './setting-row.tsx';
import styles from './settings-section.module.css';

interface FoundSettingsProps {
  readonly text: string;
  readonly about: About | undefined;
}

export function FoundSettings({ text, about }: FoundSettingsProps): ReactNode {
  if (about === undefined) return null;
  const found = searchSettings(
    text,
    settingKeys.filter((key) => isPossible(key, about)),
  );
  const count = say('settings-page.search.count', { count: found.length });
  return (
    <div className={styles.groups}>
      <h2 className="visually-hidden">{say('settings-page.search')}</h2>
      <p className={found.length === 0 ? styles.none : 'visually-hidden'} role="status">
        {found.length === 0 ? say('settings-page.search.none', { text: text.trim() }) : count}
      </p>
      {found.length > 0 && (
        <Section title={count}>
          {found.map((key) => (
            <SettingRow key={key} settingKey={key} />
          ))}
        </Section>
      )}
    </div>
  );
}
