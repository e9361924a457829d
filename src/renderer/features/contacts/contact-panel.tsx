/**
 * A panel over the conversation: the contact's details, and our decisions about it: verify, block,
 * delete.
 */
import { ArrowLeft } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { said } from '../../ui/said.tsx';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { close, openOverlay } from '../../state/route.ts';
import type { Overlay } from '../../state/route.ts';
import { momentOf, shortCodeOf } from '../../../shared/text/contact-text.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/section.tsx';
import { ContactDetails } from './contact-details.tsx';
import { ContactDialogs } from './decision-dialogs.tsx';
import styles from './contact-panel.module.css';
import { useContact } from './use-contact.ts';
import type { ContactView } from './use-contact.ts';

export function ContactPanel({ peerId }: { readonly peerId: PeerId }): ReactNode {
  const { store } = useHallwayContext();
  const contact = useContact(peerId);
  const isListed = contact.here !== undefined || contact.departed !== undefined;
  return (
    <div className={styles.panel}>
      <Button kind="back" className={styles.back} autoFocus onPress={() => store.navigate(close)}>
        <ArrowLeft size={16} aria-hidden="true" /> {say('contact.conversation')}
      </Button>
      {isListed ? <ContactDetails peerId={peerId} isAlone={false} /> : <NotListed contact={contact} />}
      <div className={styles.decisions}>
        <Decisions contact={contact} onOpen={(overlay) => store.navigate(openOverlay(overlay))} />
      </div>
      <ContactDialogs contact={contact} />
    </div>
  );
}

/** A contact that presence has forgotten. */
function NotListed({ contact }: { readonly contact: ContactView }): ReactNode {
  const { peerId, name, record } = contact;
  return (
    <article className={styles.unlisted} aria-label={say('contact.about', { name })}>
      <h2 className={styles.name}>
        <bdi>{name}</bdi>
      </h2>
      <p>
        {say('contact.unlisted')} {record && say('contact.first-met', { time: momentOf(record.firstSeenMs) })}{' '}
        {said('contact.key', { code: <span className={styles.code}>{shortCodeOf(peerId)}</span> })}
      </p>
    </article>
  );
}

interface DecisionsProps {
  readonly contact: ContactView;
  onOpen(overlay: Overlay): void;
}

function Decisions({ contact, onOpen }: DecisionsProps): ReactNode {
  const { isVerified, isBlocked } = contact;
  return (
    <Section title={say('decide.actions')}>
      <DecisionRow
        text={isVerified ? say('decide.verified') : say('decide.verify')}
        label={isVerified ? say('decide.show-code') : say('decide.compare')}
        onPress={() => onOpen('compare-codes')}
      />
      <DecisionRow
        text={isBlocked ? say('decide.blocked') : say('decide.block.text')}
        label={isBlocked ? say('decide.unblock') : say('decide.block')}
        isDanger={!isBlocked}
        onPress={() => onOpen('block')}
      />
      <DecisionRow
        text={say('decide.delete.text')}
        label={say('decide.delete')}
        isDanger
        onPress={() => onOpen('clear-history')}
      />
    </Section>
  );
}

interface DecisionRowProps {
  readonly text: string;
  readonly label: string;
  readonly isDanger?: boolean;
  onPress(): void;
}

function DecisionRow({ text, label, isDanger = false, onPress }: DecisionRowProps): ReactNode {
  return (
    <div className={styles.row}>
      <p className={styles.rowText}>{text}</p>
      <Button kind="pill" className={styles.action} data-danger={isDanger} onPress={onPress}>
        {label}
      </Button>
    </div>
  );
}
