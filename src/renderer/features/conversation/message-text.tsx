/**
 * The text of a message, exactly as it was typed; only written-out web addresses become links. A very long one is folded until somebody wants it
 * whole, because nobody should have to scroll past what another wrote.
 */
import { Fragment, memo, useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { splitLinks } from './find-links.ts';
import { Button } from '../../ui/button.tsx';
import styles from './message-text.module.css';

/** About a window full. What is folded keeps 16 of them (message-text.module.css), so that a press always shows clearly more. */
const maxLines = 24;
/** As many as that number of lines have, in UTF-16 code units. */
const maxLength = 1_800;

interface MessageTextProps {
  readonly text: string;
  /** It was searched for, and what was found may be anywhere in it. */
  readonly isWhole: boolean;
}

export const MessageText = memo(function MessageText({ text, isWhole }: MessageTextProps): ReactNode {
  const [isUnfolded, setIsUnfolded] = useState(isWhole);
  const isFolded = !isUnfolded && isLong(text);
  return (
    <>
      {/* Each paragraph has the direction of its own first letter, and none reorders what stands around the message. */}
      <p className={styles.text} dir="auto" data-folded={isFolded}>
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
