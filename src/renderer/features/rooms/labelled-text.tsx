/** A text of a room that its members may change, below its label. */
import type { ComponentProps, ReactNode } from 'react';
import { EditableText } from '../profile/editable-text.tsx';
import styles from './room-details.module.css';

export function LabelledText(props: ComponentProps<typeof EditableText>): ReactNode {
  return (
    <div className={styles.labelled}>
      {/* The text itself has this name for screen readers. */}
      <span className={styles.heading} aria-hidden="true">
        {props.label}
      </span>
      <EditableText {...props} />
    </div>
  );
}
