/** Two people compare their safety code, and mark each other verified: what this proves is rule TRUST-4 of docs/spec/contacts.md. */
import { BadgeCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { Dialog, DialogButton } from '../../ui/dialog.tsx';
import styles from './safety-dialog.module.css';
import { useDecision } from './use-decision.ts';
import type { Person } from './use-contact.ts';

export function SafetyDialog({ person, onClose }: { readonly person: Person; onClose(): void }): ReactNode {
  const { peerId, name, acquaintance } = person;
  const { isPending, problem, decide } = useDecision();
  const isVerified = acquaintance?.verified === true;

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
            <DialogButton kind="main" disabled={isPending || acquaintance === undefined} onPress={() => void setVerified(true)}>
              They match
            </DialogButton>
          )}
          {isVerified && (
            <DialogButton kind="danger" disabled={isPending} onPress={() => void setVerified(false)}>
              Remove the mark
            </DialogButton>
          )}
          <DialogButton onPress={onClose}>{isVerified ? 'Close' : 'Not now'}</DialogButton>
        </>
      }
    >
      <p>
        Read these numbers to each other, in person or on a call where you know the voice. On both screens they are the same,
        unless somebody else sits between you or uses the name.
      </p>
      {acquaintance === undefined ? (
        <p role="status">The code is not here yet.</p>
      ) : (
        <p className={styles.code} aria-label="Safety code">
          {acquaintance.safetyCode.split(' ').map((group, index) => (
            <span key={index}>{group} </span>
          ))}
        </p>
      )}
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
