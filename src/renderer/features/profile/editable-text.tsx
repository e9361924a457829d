/**
 * A text that becomes a field when pressed. Enter and leaving the field save, Escape cancels. When
 * saving fails, the field keeps its text and shows the reason.
 */
import { Pencil } from 'lucide-react';
import { useId, useRef, useState } from 'react';
import type { KeyboardEvent, ReactNode, Ref } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { CallResult } from '../../../shared/rpc/rpc.ts';
import { Button } from '../../ui/button.tsx';
import { belongsToInputMethod } from '../../ui/keys.ts';
import { TextField } from '../../ui/text-field.tsx';
import styles from './editable-text.module.css';

interface EditableTextProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  /** In UTF-16 units. Only stops runaway input; the core enforces the real limit. */
  readonly maxLength: number;
  readonly mayBeEmpty?: boolean;
  onSave(text: string): Promise<CallResult<unknown>>;
}

export function EditableText({ label, value, placeholder, maxLength, mayBeEmpty = false, onSave }: EditableTextProps): ReactNode {
  const { draft, failure, giveFocusBack, setDraft, save, onKeyDown } = useEditing(value, mayBeEmpty, onSave);
  const failureId = useId();
  if (draft === undefined) {
    return (
      <ShownText label={label} value={value} placeholder={placeholder} onPress={() => setDraft(value)} ref={giveFocusBack} />
    );
  }
  return (
    <div className={styles.editor}>
      <TextField
        className={styles.field}
        label={label}
        aria-invalid={failure !== undefined}
        aria-describedby={failure === undefined ? undefined : failureId}
        autoFocus
        dir="auto"
        maxLength={maxLength}
        placeholder={placeholder}
        spellCheck={false}
        value={draft}
        onBlur={() => void save(false)}
        onText={setDraft}
        onFocus={(event) => event.target.select()}
        onKeyDown={onKeyDown}
      />
      {failure !== undefined && (
        <p className={styles.failure} id={failureId} role="alert">
          {failure}
        </p>
      )}
    </div>
  );
}

interface Editing {
  /** The text in the field; `undefined` while it is closed. */
  readonly draft: string | undefined;
  /** The reason why the text was not saved. */
  readonly failure: string | undefined;
  /** After editing, the text takes the focus that its field had. */
  giveFocusBack(button: HTMLButtonElement | null): void;
  setDraft(draft: string): void;
  save(byKeyboard: boolean): Promise<void>;
  onKeyDown(event: KeyboardEvent): void;
}

function useEditing(value: string, mayBeEmpty: boolean, onSave: EditableTextProps['onSave']): Editing {
  const [draft, setDraft] = useState<string>();
  const [failure, setFailure] = useState<string>();
  const isSaving = useRef(false);
  const takesFocusBack = useRef(false);

  function finish(byKeyboard: boolean): void {
    takesFocusBack.current = byKeyboard;
    setDraft(undefined);
    setFailure(undefined);
  }

  async function save(byKeyboard: boolean): Promise<void> {
    if (draft === undefined || isSaving.current) return;
    const text = draft.trim();
    if (text === value || (text === '' && !mayBeEmpty && !byKeyboard)) return finish(byKeyboard);
    isSaving.current = true;
    const result = await onSave(text);
    isSaving.current = false;
    if (result.ok) finish(byKeyboard);
    else setFailure(result.message);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (belongsToInputMethod(event.nativeEvent)) return;
    if (event.key === 'Enter') void save(true);
    else if (event.key === 'Escape') finish(true);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function giveFocusBack(button: HTMLButtonElement | null): void {
    if (button !== null && takesFocusBack.current) button.focus();
    takesFocusBack.current = false;
  }

  return { draft, failure, giveFocusBack, setDraft, save, onKeyDown };
}

interface ShownTextProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder: string | undefined;
  readonly ref: Ref<HTMLButtonElement>;
  onPress(): void;
}

function ShownText({ label, value, placeholder, ref, onPress }: ShownTextProps): ReactNode {
  const isEmpty = value === '';
  return (
    <Button
      ref={ref}
      kind="plain"
      className={styles.text}
      data-empty={isEmpty}
      aria-label={say('profile.change', { label, value: isEmpty ? (placeholder ?? '') : value })}
      title={isEmpty ? undefined : value}
      onPress={onPress}
    >
      <bdi className={styles.value}>{isEmpty ? placeholder : value}</bdi>
      <Pencil className={styles.pencil} size={12} aria-hidden="true" />
    </Button>
  );
}
