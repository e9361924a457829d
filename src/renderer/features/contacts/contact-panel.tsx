/**
 * The contact's details, and our decisions about it: verify, mute, block, delete. They stand beside
 * the conversation, or cover it where the window is narrow.
 */
import { ArrowLeft } from 'lucide-react';
import { useState } from 'react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { said } from '../../ui/said.tsx';
import { conversationOf, type PeerId } from '../../../shared/lib/ids.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { close, openOverlay } from '../../state/route.ts';
import type { Overlay } from '../../state/route.ts';
import { momentOf, readableCodeOf } from '../../../shared/text/contact-text.ts';
import { Button } from '../../ui/button.tsx';
import { Section } from '../../ui/section.tsx';
import { ContactDetails } from './contact-details.tsx';
import { DetailsPanel } from './details-panel.tsx';
import { useMute } from './use-mute.ts';
import { ContactDialogs } from './decision-dialogs.tsx';
import styles from './contact-panel.module.css';
import { useContact } from './use-contact.ts';
import type { ContactView } from './use-contact.ts';

export function ContactPanel({ peerId }: { readonly peerId: PeerId }): ReactNode {
  const { store } = useHallwayContext();
  const contact = useContact(peerId);
  return (
    <div className={styles.panel}>
      <Button kind="back" className={styles.back} autoFocus onPress={() => store.navigate(close)}>
        <ArrowLeft size={16} aria-hidden="true" /> {say('contact.conversation')}
      </Button>
      <About contact={contact} />
      <ContactDialogs contact={contact} />
    </div>
  );
}

/** Beside the conversation, which shows the dialogs. */
export function ContactBeside({ contact }: { readonly contact: ContactView }): ReactNode {
  return (
    <DetailsPanel title={say('conversation.details')}>
      <About contact={contact} />
    </DetailsPanel>
  );
}

function About({ contact }: { readonly contact: ContactView }): ReactNode {
  const { store } = useHallwayContext();
  const isListed = contact.here !== undefined || contact.departed !== undefined;
  return (
    <>
      {isListed ? <ContactDetails peerId={contact.peerId} isAlone={false} /> : <NotListed contact={contact} />}
      <div className={styles.decisions}>
        <Decisions contact={contact} onOpen={(overlay) => store.navigate(openOverlay(overlay))} />
      </div>
    </>
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
        {said('contact.key', { code: <span className={styles.code}>{readableCodeOf(peerId)}</span> })}
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
  const { isMuted, mute, unmute } = useMute(conversationOf(contact.peerId));
  const [problem, setProblem] = useState<string>();

  async function switchMute(): Promise<void> {
    const result = await (isMuted ? unmute() : mute());
    setProblem(result.ok ? undefined : result.message);
  }

  return (
    <Section title={say('decide.actions')}>
      <DecisionRow
        text={isVerified ? say('decide.verified') : say('decide.verify')}
        label={isVerified ? say('decide.show-code') : say('decide.compare')}
        onPress={() => onOpen('compare-codes')}
      />
      <DecisionRow
        text={problem ?? (isMuted ? say('decide.muted') : say('decide.mute.text'))}
        label={isMuted ? say('list.unmute') : say('list.mute')}
        onPress={() => void switchMute()}
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
