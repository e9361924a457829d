/**
 * The text of a message, exactly as typed, with links for complete web addresses. A very long text
 * is collapsed until the user expands it.
 */
import { Fragment, memo, useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { splitLinks } from './find-links.ts';
import { Button } from '../../ui/button.tsx';
import styles from './message-text.module.css';

/**
 * Lines that fill about a window. A collapsed text shows 16 (message-text.module.css), so expanding
 * always shows more.
 */
const maxLines = 24;
/** The length of that many lines, in UTF-16 code units. */
const maxLength = 1_800;

interface MessageTextProps {
  readonly text: string;
  /** A search found this message, and the match may be anywhere in the text. */
  readonly isWhole: boolean;
}

export const MessageText = memo(function MessageText({ text, isWhole }: MessageTextProps): ReactNode {
  const [isUnfolded, setIsUnfolded] = useState(isWhole);
  const isFolded = !isUnfolded && isLong(text);
  return (
    <>
      {/* Each paragraph takes the direction of its first letter, and cannot reorder text around the
         message. */}
      <p className={styles.text} dir="auto" data-folded={isFolded}>
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
        <Button kind="link" className={styles.unfold} onPress={() => setIsUnfolded(true)}>
          {say('conversation.show-all')}
        </Button>
      )}
    </>
  );
});

function isLong(text: string): boolean {
  if (text.length > maxLength) return true;
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines > maxLines;
}
