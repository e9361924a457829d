/**
 * Shows the safety number to compare, and marks the contact verified. A match needs the whole number
 * to have been in view. Rule TRUST-4 of
 * docs/spec/contacts.md says what a match proves.
 */
import { BadgeCheck } from 'lucide-react';
import type { ReactNode, RefCallback } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { said } from '../../ui/said.tsx';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { useWhollySeen } from './use-wholly-seen.ts';
import styles from './safety-dialog.module.css';
import { useDecision } from './use-decision.ts';
import type { ContactView } from './use-contact.ts';

export function SafetyDialog({ contact, onClose }: { readonly contact: ContactView; onClose(): void }): ReactNode {
  const { peerId, name, record } = contact;
  const { isPending, problem, decide } = useDecision();
  const [code, wasSeen] = useWhollySeen();
  const isVerified = record?.verified === true;

  async function setVerified(verified: boolean): Promise<void> {
    if (await decide((client) => client.call('setVerified', { peerId, verified }))) onClose();
  }

  return (
    <Dialog
      title={said('trust.title', { name: <bdi>{name}</bdi> })}
      onClose={onClose}
      closeLabel={isVerified ? say('trust.close') : say('trust.later')}
      actions={
        <>
          {!isVerified && (
            <Button kind="main" disabled={isPending || !wasSeen} onPress={() => void setVerified(true)}>
              {say('trust.match')}
            </Button>
          )}
          {isVerified && (
            <Button kind="danger" disabled={isPending} onPress={() => void setVerified(false)}>
              {say('trust.remove')}
            </Button>
          )}
        </>
      }
    >
      <p>
        {say('trust.how')} {say('trust.same')}
      </p>
      <SafetyNumber record={record} ref={code} />
      {isVerified ? (
        <p className={styles.verified}>
          <BadgeCheck size={16} aria-hidden="true" /> {said('trust.verified', { name: <bdi>{name}</bdi> })}
        </p>
      ) : (
        <p>{said('trust.differ', { name: <bdi>{name}</bdi> })}</p>
      )}
      {problem !== undefined && (
        <p className={styles.problem} role="alert">
          {problem}
        </p>
      )}
    </Dialog>
  );
}

interface SafetyNumberProps extends Pick<ContactView, 'record'> {
  readonly ref: RefCallback<HTMLElement>;
}

function SafetyNumber({ record, ref }: SafetyNumberProps): ReactNode {
  if (record === undefined) return <p role="status">{say('trust.no-code')}</p>;
  return (
    <p ref={ref} className={styles.code} aria-label={say('trust.code')}>
      {record.safetyNumber.split(' ').map((group, index) => (
        <span key={index}>{group} </span>
      ))}
    </p>
  );
}
