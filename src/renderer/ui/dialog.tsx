/**
 * A modal question or hint: the browser's own dialog, which traps the focus and closes on Escape.
 * The focus is on the button that changes nothing, so that no key confirms an unread question. At
 * the end it goes back to the element that opened the dialog.
 */
import { useId, useLayoutEffect, useRef } from 'react';
import type { ReactNode } from 'react';
import { Button } from './button.tsx';
import styles from './dialog.module.css';

interface DialogProps {
  readonly title: ReactNode;
  readonly children: ReactNode;
  /** The buttons that change something, the main one first. */
  readonly actions: ReactNode;
  /** The label of the button that only closes. */
  readonly closeLabel: string;
  onClose(): void;
}

export function Dialog({ title, children, actions, closeLabel, onClose }: DialogProps): ReactNode {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const safe = useRef<HTMLButtonElement>(null);
  // A layout effect, because the dialog must close while it is still in the page: only then does
  // the browser give the focus back.
  useLayoutEffect(() => {
    const own = dialog.current;
    if (own !== null && !own.open) own.showModal();
    safe.current?.focus();
    return () => own?.close();
  }, []);
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={titleId}
      onCancel={(event) => {
        // The owner closes the dialog by no longer rendering it.
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <h2 className={styles.title} id={titleId}>
        {title}
      </h2>
      <div className={styles.text}>{children}</div>
      <div className={styles.actions}>
        {actions}
        <Button ref={safe} kind="boxed" data-focus-home="dialog" onPress={onClose}>
          {closeLabel}
        </Button>
      </div>
    </dialog>
  );
}
