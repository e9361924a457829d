/** The people whom the `@` that is being typed may mean, above the composer. */
import type { AriaAttributes, ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { PersonLine } from '../contacts/person-line.tsx';
import type { MentionChoice } from './use-mention-list.ts';
import styles from './mention-list.module.css';

interface MentionListProps extends Pick<MentionChoice, 'proposals' | 'chosen' | 'take'> {
  readonly id: string;
}

export function MentionList({ id, proposals, chosen, take }: MentionListProps): ReactNode {
  return (
    <>
      {proposals.length > 0 && (
        <div className={styles.list} id={id} role="listbox" aria-label={say('mention.list')}>
          {proposals.map(({ peerId }, index) => (
            <div
              key={peerId}
              id={optionIdOf(id, index)}
              className={styles.option}
              role="option"
              aria-selected={index === chosen}
              // The field keeps the focus.
              onPointerDown={(event) => {
                event.preventDefault();
                take(index);
              }}
            >
              <PersonLine peerId={peerId} size="line" />
            </div>
          ))}
        </div>
      )}
      <span className="visually-hidden" aria-live="polite">
        {proposals.length > 0 && say('mention.found', { count: proposals.length })}
      </span>
    </>
  );
}

/** Of the field below the list, while the list is open. */
export function fieldAttributes(id: string, { proposals, chosen }: MentionChoice): AriaAttributes {
  if (proposals.length === 0) return {};
  return {
    'aria-autocomplete': 'list',
    'aria-haspopup': 'listbox',
    'aria-controls': id,
    'aria-activedescendant': optionIdOf(id, chosen),
  };
}

function optionIdOf(id: string, index: number): string {
  return `${id}-${index}`;
}
