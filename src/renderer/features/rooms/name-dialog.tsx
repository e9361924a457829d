/** A dialog that asks for the name or title of a room, with more to choose from below. */
import { useEffect, useId, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/text-field.tsx';
import styles from './name-dialog.module.css';

interface NameDialogProps {
  readonly title: string;
  /** Of the field. */
  readonly label: string;
  readonly hint: string;
  readonly maxLength: number;
  /** Of the button. */
  readonly done: string;
  /** Why the last attempt failed. */
  readonly problem: string | undefined;
  /** Words of a language, as a title is. */
  readonly isProse?: boolean;
  readonly children: ReactNode;
  onEdit(): void;
  onSubmit(text: string): void;
  onClose(): void;
}

export function NameDialog(props: NameDialogProps): ReactNode {
  const { title, label, hint, maxLength, done, problem, isProse = false, children, onEdit, onSubmit, onClose } = props;
  const [text, setText] = useState('');
  const ids = useId();
  const field = useRef<HTMLInputElement>(null);
  // After the dialog gave the focus to its closing button.
  useEffect(() => field.current?.focus(), []);
  return (
    <Dialog
      title={title}
      closeLabel={say('join.cancel')}
      onClose={onClose}
      actions={
        <Button kind="main" form={`${ids}-form`} disabled={text.trim() === ''}>
          {done}
        </Button>
      }
    >
      <form
        id={`${ids}-form`}
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit(text);
        }}
      >
        <TextField
          ref={field}
          className={styles.field}
          label={label}
          placeholder={label}
          aria-invalid={problem !== undefined}
          aria-describedby={`${ids}-about`}
          autoComplete="off"
          spellCheck={isProse}
          maxLength={maxLength}
          value={text}
          onText={(next) => {
            setText(next);
            onEdit();
          }}
        />
        <p className={styles.about} id={`${ids}-about`} role={problem === undefined ? undefined : 'alert'}>
          {problem ?? hint}
        </p>
      </form>
      {children}
    </Dialog>
  );
}
