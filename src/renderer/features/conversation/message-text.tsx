/**
 * The text of a message, exactly as typed, with links for complete web addresses. A very long text
 * is collapsed until the user expands it.
 */
import { Fragment, memo } from 'react';
import type { CSSProperties, ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { splitLinks } from './find-links.ts';
import { Button } from '../../ui/button.tsx';
import styles from './message-text.module.css';

interface MessageTextProps {
  readonly text: string;
  readonly isFolded: boolean;
  onUnfold(): void;
  /** Characters that stand in the last line behind the text. */
  readonly tailLength: number;
}

export const MessageText = memo(function MessageText({ text, isFolded, onUnfold, tailLength }: MessageTextProps): ReactNode {
  const tail = tailLength === 0 ? undefined : ({ '--tail': `${tailLength}ch` } as CSSProperties);
  return (
    <>
      {/* Each paragraph takes the direction of its first letter, and cannot reorder text around the
         message. */}
      <p className={styles.text} dir="auto" data-folded={isFolded} data-tail={tail !== undefined} style={tail}>
        {splitLinks(text).map((part, index) =>
          part.href === undefined ? (
            <Fragment key={index}>{part.text}</Fragment>
          ) : (
            <Fragment key={index}>
              <a className={styles.link} href={part.href} target="_blank" rel="noopener noreferrer">
                {part.text}
              </a>
              {part.shownHost !== undefined && (
                <span className={styles.host}> {say('message.link-host', { host: part.shownHost })}</span>
              )}
            </Fragment>
          ),
        )}
      </p>
      {isFolded && (
        <Button kind="link" className={styles.unfold} onPress={onUnfold}>
          {say('conversation.show-all')}
        </Button>
      )}
    </>
  );
});
