/** A row with a button, styled as a setting's. */
import type { ReactNode } from 'react';
import styles from './action-row.module.css';

interface ActionRowProps {
  readonly title: string;
  readonly text: ReactNode;
  /** The outcome of the last press; spoken by screen readers. */
  readonly outcome?: string | undefined;
  readonly isFailure?: boolean;
  readonly children: ReactNode;
}

export function ActionRow({ title, text, outcome, isFailure = false, children }: ActionRowProps): ReactNode {
  return (
    <div className={styles.row}>
      <div className={styles.words}>
        <h4 className={styles.label}>{title}</h4>
        <p className={styles.text}>{text}</p>
        <p className={styles.outcome} data-failure={isFailure} role="status">
          {outcome}
        </p>
      </div>
      {children}
    </div>
  );
}
