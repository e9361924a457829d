/**
 * The frame of the details beside a conversation. It takes the focus from the button that opened
 * it, and Escape in it closes it.
 */
import { X } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { belongsToInputMethod } from '../../ui/keys.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import styles from './details-panel.module.css';
import { detailsButton, useDetails } from './use-details.ts';

interface DetailsPanelProps {
  readonly title: ReactNode;
  readonly children: ReactNode;
  /** Buttons at the end. */
  readonly actions?: ReactNode;
}

export function DetailsPanel({ title, children, actions }: DetailsPanelProps): ReactNode {
  const { toggle } = useDetails();
  const close = useRef<HTMLButtonElement>(null);
  const titleId = useId();
  useEffect(() => {
    if (document.activeElement?.hasAttribute(detailsButton)) close.current?.focus();
  }, []);
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== 'Escape' || event.defaultPrevented || belongsToInputMethod(event.nativeEvent)) return;
    event.preventDefault();
    event.stopPropagation();
    toggle();
  }

  return (
    <div className={styles.frame} onKeyDown={onKeyDown} role="presentation">
      <aside className={styles.panel} aria-labelledby={titleId} tabIndex={-1}>
        <header className={styles.head}>
          <h2 className={styles.title} id={titleId}>
            {title}
          </h2>
          <IconButton ref={close} size={34} label={say('details.close')} title={say('details.close')} onPress={toggle}>
            <X size={17} aria-hidden="true" />
          </IconButton>
        </header>
        <div className={styles.content}>{children}</div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </aside>
    </div>
  );
}
