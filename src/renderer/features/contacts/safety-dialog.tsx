/** Two people compare their safety code, and mark each other verified: what this proves is rule TRUST-4 of docs/spec/contacts.md. */
import { BadgeCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import styles from './safety-dialog.module.css';
import { useDecision } from './use-decision.ts';
import type { ContactView } from './use-contact.ts';

export function SafetyDialog({ contact, onClose }: { readonly contact: ContactView; onClose(): void }): ReactNode {
  const { peerId, name, record } = contact;
  const { isPending, problem, decide } = useDecision();
  const isVerified = record?.verified === true;

  async function setVerified(verified: boolean): Promise<void> {
    if (await decide((client) => client.call('setVerified', { peerId, verified }))) onClose();
  }

  return (
    <Dialog
      title={
        <>
          Compare with <bdi>{name}</bdi>
        </>
      }
      onClose={onClose}
      actions={
        <>
          {!isVerified && (
            <Button kind="main" disabled={isPending || record === undefined} onPress={() => void setVerified(true)}>
              They match
            </Button>
          )}
          {isVerified && (
            <Button kind="danger" disabled={isPending} onPress={() => void setVerified(false)}>
              Remove the mark
            </Button>
          )}
          <Button kind="boxed" onPress={onClose}>
            {isVerified ? 'Close' : 'Not now'}
          </Button>
        </>
      }
    >
      <p>
        Read these numbers to each other, in person or on a call where you know the voice. On both screens they are the same,
        unless somebody else sits between you or uses the name.
      </p>
      <SafetyCode record={record} />
      {isVerified ? (
        <p className={styles.verified}>
          <BadgeCheck size={16} aria-hidden="true" /> You marked <bdi>{name}</bdi> as verified.
        </p>
      ) : (
        <p>
          If they differ, do not write anything private, and tell <bdi>{name}</bdi> in another way.
        </p>
      )}
      {problem !== undefined && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  );
}

function SafetyCode({ record }: Pick<ContactView, 'record'>): ReactNode {
  if (record === undefined) return <p role="status">The code is not here yet.</p>;
  return (
    <p className={styles.code} aria-label="Safety code">
      {record.safetyCode.split(' ').map((group, index) => (
        <span key={index}>{group} </span>
      ))}
    </p>
  );
}
