/** Warns where a name that we know, or one that looks like it, comes with another key, and says what to do. */
import { TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { likenessOf } from '../../../shared/text/similar-names.ts';
import { shortCodeOf } from '../../../shared/text/contact-text.ts';
import { Button } from '../../ui/button.tsx';
import styles from './trust-bar.module.css';
import type { ContactView } from './use-contact.ts';

export function TrustBar({ contact, onCompare }: { readonly contact: ContactView; onCompare(): void }): ReactNode {
  const { record, name, isBlocked } = contact;
  const earlier = record?.earlierHolder;
  if (!earlier || record?.verified || isBlocked) return null;
  const isAlike = likenessOf(name, earlier.name) === 'alike';
  return (
    <section className={styles.bar} aria-label="Another key">
      <TriangleAlert className={styles.icon} size={17} aria-hidden="true" />
      <div className={styles.text}>
        <p>
          <strong className={styles.title}>
            Not the {!isAlike && 'key of the '}
            <bdi>{earlier.name}</bdi> whom you knew{earlier.verified && ' and verified'}.
          </strong>{' '}
          {isAlike
            ? 'The names look alike but are written with different letters.'
            : 'It may be a new computer, or somebody else who uses the name.'}{' '}
          Write nothing private before you have compared your codes; the earlier key begins with{' '}
          <span className={styles.code}>{shortCodeOf(earlier.peerId)}</span>.
        </p>
      </div>
      <Button kind="pill" className={styles.compare} onPress={onCompare}>
        Compare codes
      </Button>
    </section>
  );
}
