/** The text of a message, exactly as it was typed; only written-out web addresses become links. */
import { Fragment, memo } from 'react';
import type { ReactNode } from 'react';
import { splitLinks } from './find-links.ts';
import styles from './message-text.module.css';

export const MessageText = memo(function MessageText({ text }: { readonly text: string }): ReactNode {
  return (
    // Each paragraph has the direction of its own first letter, and none reorders what stands around the message.
    <p className={styles.text} dir="auto">
      {splitLinks(text).map((part, index) =>
        part.href === undefined ? (
          <Fragment key={index}>{part.text}</Fragment>
        ) : (
          <a key={index} className={styles.link} href={part.href} target="_blank" rel="noopener noreferrer">
            {part.text}
          </a>
        ),
      )}
    </p>
  );
});
