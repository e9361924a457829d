/** A list: its entries, each with a button to remove it, and a field for a new one. */
import { X } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode, SubmitEvent } from 'react';
import type { SettingKey, SettingValues } from '../../../shared/contract/settings.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { settingMessage } from '../../../shared/text/messages/settings.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { TextField } from '../../ui/text-field.tsx';
import type { ControlProps } from './setting-controls.tsx';
import styles from './setting-controls.module.css';

/** The longest entry of any list. */
const maxLength = 64;

const placeholders: Readonly<Partial<Record<SettingKey, string>>> = {
  manualAddresses: '10.1.2.3:50296',
  excludedInterfaces: 'tun0',
};

export function ListControl({ settingKey, editor, describedBy }: ControlProps): ReactNode {
  const { state, failure, change, removeEntry } = editor;
  const [text, setText] = useState('');
  const label = settingMessage(settingKey, 'label');
  const entries = Array.isArray(state.value) ? state.value.map(String) : [];

  function onSubmit(event: SubmitEvent): void {
    event.preventDefault();
    const entry = text.trim();
    if (entry === '') return;
    change([...new Set([...entries, entry])] as SettingValues[SettingKey]);
    setText('');
  }

  return (
    <div className={styles.stack}>
      {entries.length > 0 && (
        <ul className={styles.entries} aria-label={say('settings-page.entries', { label })}>
          {entries.map((entry) => (
            <li key={entry} className={styles.entry}>
              <bdi>{entry}</bdi>
              <IconButton
                size={24}
                label={say('settings-page.remove', { entry })}
                disabled={state.locked}
                onPress={() =>
                  removeEntry(
                    entry,
                    entries.filter((other) => other !== entry),
                  )
                }
              >
                <X size={14} aria-hidden="true" />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      <form className={styles.line} onSubmit={onSubmit}>
        <TextField
          className={`${styles.field} ${styles.grow}`}
          label={say('settings-page.add.what', { label })}
          aria-describedby={describedBy}
          aria-invalid={failure !== undefined}
          autoComplete="off"
          dir="auto"
          disabled={state.locked}
          maxLength={maxLength}
          placeholder={placeholders[settingKey] ?? say('settings-page.entry')}
          spellCheck={false}
          value={text}
          onText={setText}
        />
        <Button kind="pill" disabled={state.locked || text.trim() === ''}>
          {say('settings-page.add')}
        </Button>
      </form>
    </div>
  );
}
