/** Says for a moment how copying the selected messages went. */
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import styles from './message-list.module.css';

export type CopyOutcome =
  | { readonly kind: 'copying' }
  /** `isCut`: the range has earlier messages, which were too many. */
  | { readonly kind: 'copied'; readonly count: number; readonly isCut: boolean }
  | { readonly kind: 'failed'; readonly problem: string };

/** Always in the page, so that screen readers notice its text. */
export function CopyNotice({ outcome }: { readonly outcome: CopyOutcome | undefined }): ReactNode {
  return (
    <p className={styles.copied} role="status">
      {outcome !== undefined && <span>{describe(outcome)}</span>}
    </p>
  );
}

function describe(outcome: CopyOutcome): string {
  switch (outcome.kind) {
    case 'copying':
      return say('copy.copying');
    case 'copied':
      return say(outcome.isCut ? 'copy.cut' : 'copy.copied', { count: outcome.count });
    case 'failed':
      return say('copy.not-copied', { problem: outcome.problem });
  }
}
