/**
 * Warns when a known name, or a look-alike of one, comes with another key. Says what to do about
 * it.
 */
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { said } from '../../ui/said.tsx';
import { likenessOf } from '../../../shared/text/similar-names.ts';
import { Button } from '../../ui/button.tsx';
import styles from './trust-bar.module.css';
import type { ContactView } from './use-contact.ts';

export function TrustBar({ contact, onCompare }: { readonly contact: ContactView; onCompare(): void }): ReactNode {
  const { record, name, isBlocked } = contact;
  const earlier = record?.earlierHolder;
  if (!earlier || record?.verified || isBlocked) return null;
  const isAlike = likenessOf(name, earlier.name) === 'alike';
  return (
    <section className={styles.bar} aria-label={say('trust.bar')}>
      <TriangleAlert className={styles.icon} size={17} aria-hidden="true" />
      <div className={styles.text}>
        <p>
          <strong className={styles.title}>
            {said('trust.not-them', { name: <bdi>{earlier.name}</bdi>, verified: earlier.verified ? 'yes' : 'no' })}
          </strong>{' '}
          {isAlike ? say('trust.alike') : say('trust.could-be')} {say('trust.compare-first')}
        </p>
      </div>
      <Button kind="pill" className={styles.compare} onPress={onCompare}>
        {say('trust.compare')}
      </Button>
    </section>
  );
}
