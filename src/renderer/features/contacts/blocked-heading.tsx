/** Whom we blocked is folded away, and one press away. */
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { Button } from '../../ui/button.tsx';
import styles from './blocked-heading.module.css';

export function BlockedHeading({ count }: { readonly count: number }): ReactNode {
  const { store } = useHallwayContext();
  const isShown = useHallway(({ view }) => view.showsBlocked);
  return (
    <Button kind="plain" className={styles.heading} aria-expanded={isShown} onPress={() => store.showBlocked(!isShown)}>
      <ChevronRight className={styles.sign} size={13} aria-hidden="true" /> Blocked ({count})
    </Button>
  );
}
