/** Takes the composer's place for a blocked contact: explains the block and offers to undo it. */
import { Ban } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { said } from '../../ui/said.tsx';
import { Button } from '../../ui/button.tsx';
import styles from './blocked-notice.module.css';
import { useDecision } from './use-decision.ts';
import type { ContactView } from './use-contact.ts';

export function BlockedNotice({ contact }: { readonly contact: ContactView }): ReactNode {
  const { peerId, name } = contact;
  const { isPending, problem, decide } = useDecision();
  return (
    <div className={styles.notice}>
      <Ban className={styles.icon} size={17} aria-hidden="true" />
      <p className={styles.text} role={problem === undefined ? undefined : 'alert'}>
        {problem ?? said('decide.blocked-notice', { name: <bdi>{name}</bdi> })}
      </p>
      <Button
        kind="pill"
        className={styles.unblock}
        disabled={isPending}
        onPress={() => void decide((client) => client.call('setBlocked', { peerId, blocked: false }))}
      >
        {say('decide.unblock')}
      </Button>
    </div>
  );
}
