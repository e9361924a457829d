/**
 * The text of a message, exactly as typed, with links for complete web addresses. A very long text
 * is collapsed until the user expands it.
 */
import { Fragment, memo } from 'react';
import type { CSSProperties, ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { splitLinks, type TextPart } from './find-links.ts';
import { parseMarks } from './mention-marks.ts';
import { Button } from '../../ui/button.tsx';
import styles from './message-text.module.css';

interface MessageTextProps {
  readonly text: string;
  /** The mentions in it, as `selectMarks` gives them. */
  readonly marks: string;
  readonly isFolded: boolean;
  onUnfold(): void;
  /** Characters that stand in the last line behind the text. */
  readonly tailLength: number;
}

export const MessageText = memo(function MessageText({
  text,
  marks,
  isFolded,
  onUnfold,
  tailLength,
}: MessageTextProps): ReactNode {
  const tail = tailLength === 0 ? undefined : ({ '--tail': `${tailLength}ch` } as CSSProperties);
  return (
    <>
      {/* Each paragraph takes the direction of its first letter, and cannot reorder text around the
         message. */}
      <p className={styles.text} dir="auto" data-folded={isFolded} data-tail={tail !== undefined} style={tail}>
        {withStarts(splitLinks(text)).map((part, index) =>
          part.href === undefined ? (
            <Fragment key={index}>{withMarks(part.text, part.start, marks)}</Fragment>
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

/** The parts, and where each begins in the text. */
function withStarts(parts: readonly TextPart[]): readonly (TextPart & { readonly start: number })[] {
  let start = 0;
  return parts.map((part) => {
    const placed = { ...part, start };
    start += part.text.length;
    return placed;
  });
}

/**
 * A text that begins at `start`, its mentions marked. The code that names one of several is left
 * out.
 */
function withMarks(text: string, start: number, marks: string): ReactNode {
  const inside = parseMarks(marks).filter((mark) => mark.start >= start && mark.end <= start + text.length);
  if (inside.length === 0) return text;
  const nodes: ReactNode[] = [];
  let end = start;
  for (const mark of inside) {
    nodes.push(text.slice(end - start, mark.start - start));
    nodes.push(
      <bdi key={mark.start} className={styles.mention} data-own={mark.isOwn}>
        {text.slice(mark.start - start, mark.shownEnd - start)}
      </bdi>,
    );
    end = mark.end;
  }
  return [...nodes, text.slice(end - start)];
}
