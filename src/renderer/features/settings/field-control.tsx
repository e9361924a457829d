/**
 * A field for a text or a number. Enter and leaving it save, Escape takes the text back. The caller
 * gives it a new key when the value changes elsewhere.
 */
import { useState } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { maxNameBytes, maxNoteBytes } from '../../../shared/contract/profile.ts';
import type { SettingKey, SettingValues } from '../../../shared/contract/settings.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { settingMessage } from '../../../shared/text/messages/settings.ts';
import { belongsToInputMethod } from '../../ui/keys.ts';
import { TextField } from '../../ui/text-field.tsx';
import type { SettingControl } from './setting-control.ts';
import type { ControlProps } from './setting-controls.tsx';
import styles from './setting-controls.module.css';

type FieldKind = Extract<SettingControl, { kind: 'number' | 'text' }>;

/** Longer than any value; only stops runaway input. */
const maxLength = 64;
const maxLengths: Readonly<Partial<Record<SettingKey, number>>> = { name: maxNameBytes, note: maxNoteBytes };

/** Shown in an empty field, for what empty means. */
const placeholders: Readonly<Partial<Record<SettingKey, string>>> = {
  keepDays: say('settings-page.never'),
  roomKeepDays: say('settings-page.never'),
  port: say('settings-page.usual-port'),
  globalShortcut: say('settings-page.none'),
};

const units: Readonly<Partial<Record<SettingKey, string>>> = {
  autoAwayMinutes: say('settings-page.minutes'),
  keepDays: say('settings-page.days'),
  roomKeepDays: say('settings-page.days'),
  roomKeepMegabytes: say('settings-page.megabytes'),
  multicastTtl: say('settings-page.hops'),
};

export function FieldControl({
  settingKey,
  editor,
  describedBy,
  control,
}: ControlProps & { readonly control: FieldKind }): ReactNode {
  const { state, failure, change } = editor;
  const stored = textOf(state.value);
  const [text, setText] = useState(stored);
  const [problem, setProblem] = useState<string>();
  const unit = units[settingKey];

  function save(): void {
    const wanted = text.trim();
    if (wanted === stored) return setProblem(undefined);
    const read = readField(control, wanted);
    setProblem(read.ok ? undefined : read.problem);
    if (read.ok) change(read.value as SettingValues[SettingKey]);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (belongsToInputMethod(event.nativeEvent)) return;
    if (event.key === 'Enter') save();
    else if (event.key === 'Escape' && text !== stored) setText(stored);
    else return;
    event.preventDefault();
  }

  return (
    <span className={styles.stack}>
      <span className={styles.line}>
        <TextField
          className={`${styles.field} ${control.kind === 'number' ? styles.number : ''}`}
          label={settingMessage(settingKey, 'label')}
          aria-describedby={describedBy}
          aria-invalid={problem !== undefined || failure !== undefined}
          autoComplete="off"
          dir="auto"
          disabled={state.locked}
          inputMode={control.kind === 'number' ? 'numeric' : undefined}
          maxLength={maxLengths[settingKey] ?? maxLength}
          placeholder={placeholders[settingKey]}
          spellCheck={false}
          value={text}
          onText={setText}
          onBlur={save}
          onKeyDown={onKeyDown}
        />
        {unit !== undefined && <span className={styles.unit}>{unit}</span>}
      </span>
      {problem !== undefined && (
        <span className={styles.problem} role="alert">
          {problem}
        </span>
      )}
    </span>
  );
}

type ReadField = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly problem: string };

function readField(control: FieldKind, text: string): ReadField {
  if (text === '' && control.mayBeEmpty) return { ok: true, value: null };
  if (control.kind === 'text') return { ok: true, value: text };
  const { min, max, mayBeEmpty } = control;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return { ok: true, value };
  return {
    ok: false,
    problem: mayBeEmpty ? say('settings-page.bad-number.or-empty', { min, max }) : say('settings-page.bad-number', { min, max }),
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
