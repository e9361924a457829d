/**
 * Changes one setting: at once, or, if it deletes messages, after a pause in which the user can undo
 * it (rule SET-31). Keeps the reason of a refusal for its row.
 */
import { useState } from 'react';
import type { SettingKey, SettingState, SettingValues } from '../../../shared/contract/settings.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { settingMessage } from '../../../shared/text/messages/settings.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { selectSettings } from '../../state/selectors.ts';
import { useUndo } from './undo.tsx';

export interface SettingEditor<Key extends SettingKey = SettingKey> {
  readonly state: SettingState<Key>;
  /** The reason why the last change was refused. */
  readonly failure: string | undefined;
  change(value: SettingValues[Key]): void;
  /** An entry of a list leaves; the user can undo it. */
  removeEntry(entry: string, rest: SettingValues[Key]): void;
  reset(): void;
}

export function useSettingEditor<Key extends SettingKey>(key: Key): SettingEditor<Key> {
  const { client, store } = useHallwayContext();
  const stored = useHallway((state) => selectSettings(state)[key]) as SettingState<Key>;
  const [failure, setFailure] = useState<string>();
  const undo = useUndo();
  const waiting = undo.waitingFor(key);
  const state: SettingState<Key> = waiting === undefined ? stored : { ...stored, value: waiting.value as SettingValues[Key] };

  async function send(value: unknown): Promise<void> {
    const result = await client.call('setSetting', { key, value });
    if (result.ok) store.apply({ type: 'settings-answered', settings: result.output });
    setFailure(result.ok ? undefined : result.code === 'bad-value' ? describeBadValue(key) : result.message);
  }

  async function sendReset(): Promise<void> {
    const result = await client.call('resetSetting', { key });
    if (result.ok) store.apply({ type: 'settings-answered', settings: result.output });
    setFailure(result.ok ? undefined : result.message);
  }

  function change(value: SettingValues[Key]): void {
    if (deletesMore(key, stored.value, value)) {
      undo.offer({ text: say('settings-page.soon'), waiting: { key, value }, onEnd: () => void send(value) });
      return;
    }
    undo.drop(key);
    void send(value);
  }

  return {
    state,
    failure,
    change,
    removeEntry(entry, rest) {
      const before = stored.value;
      void send(rest);
      undo.offer({ text: say('settings-page.undone.removed', { entry }), onUndo: () => void send(before) });
    },
    reset() {
      if (deletesMore(key, stored.value, stored.default)) return change(stored.default);
      const before = stored.value;
      undo.drop(key);
      void sendReset();
      const label = settingMessage(key, 'label');
      undo.offer({ text: say('settings-page.undone.reset', { label }), onUndo: () => void send(before) });
    },
  };
}

/** Settings that delete messages as soon as their value is smaller. Null deletes nothing. */
const deleting: readonly SettingKey[] = ['keepDays', 'roomKeepDays', 'roomKeepMegabytes'];

function deletesMore(key: SettingKey, before: unknown, after: unknown): boolean {
  return deleting.includes(key) && typeof after === 'number' && (typeof before !== 'number' || after < before);
}

/** The core's sentence names the key, which a page does not show. */
function describeBadValue(key: SettingKey): string {
  if (key === 'globalShortcut') return say('settings-page.bad-shortcut');
  return say('settings-page.bad-entry', { values: settingMessage(key, 'values') });
}
