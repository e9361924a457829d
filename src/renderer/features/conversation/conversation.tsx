/** The conversation with the selected contact: header, messages and composer. */
import { Lock } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { said } from '../../ui/said.tsx';
import type { Message } from '../../../shared/contract/messages.ts';
import { conversationOf, peerOfConversation, type ConversationId, type PeerId } from '../../../shared/lib/ids.ts';
import { withoutMentionCodes } from '../../../shared/text/mentions.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { openOverlay } from '../../state/route.ts';
import { selectConnection, selectIsFrozen, selectMessageSearch } from '../../state/selectors.ts';
import { selectAuthor, selectIsTyping, selectOpen } from '../../state/message-selectors.ts';
import { BlockedNotice } from '../contacts/blocked-notice.tsx';
import { DropZone } from '../files/drop-zone.tsx';
import { PictureViewer } from '../files/picture-viewer.tsx';
import { useSendFiles } from '../files/use-send-files.ts';
import { Composer } from './composer.tsx';
import { ConversationHeader } from './conversation-header.tsx';
import { Button } from '../../ui/button.tsx';
import { clipText } from '../../ui/clip-text.ts';
import styles from './conversation.module.css';
import { FindPanel } from '../search/find-panel.tsx';
import { MessageList } from './message-list.tsx';
import { ContactBeside } from '../contacts/contact-panel.tsx';
import beside from '../contacts/details-panel.module.css';
import { useDetails } from '../contacts/use-details.ts';
import { ContactDialogs } from '../contacts/decision-dialogs.tsx';
import { TrustBar } from '../contacts/trust-bar.tsx';
import { useContact } from '../contacts/use-contact.ts';
import type { ContactView } from '../contacts/use-contact.ts';

/** Announces only the beginning of a long text; the user can read the rest. */
const maxReadOut = 240;

export function Conversation({ peerId }: { readonly peerId: PeerId }): ReactNode {
  const contact = useContact(peerId);
  const { store } = useHallwayContext();
  const showsResults = useHallway(selectMessageSearch)?.showsContext === false;
  const { isOpen: hasDetails } = useDetails();
  const sending = useSendFiles(conversationOf(peerId));
  return (
    <div className={beside.beside} data-details={hasDetails}>
      <section className={styles.conversation} aria-label={say('conversation.with', { name: contact.name })}>
        <ConversationHeader contact={contact} />
        <FindPanel conversation={conversationOf(peerId)} name={contact.name} />
        {!showsResults && (
          <DropZone name={contact.name} sending={contact.isBlocked ? undefined : sending}>
            <TrustBar contact={contact} onCompare={() => store.navigate(openOverlay('compare-codes'))} />
            <Messages conversation={conversationOf(peerId)} name={contact.name} empty={<NothingSaid name={contact.name} />} />
            <TypingLine contact={contact} />
            {contact.isBlocked ? (
              <BlockedNotice contact={contact} />
            ) : (
              <Composer
                conversation={conversationOf(peerId)}
                name={contact.name}
                hint={<DeliveryHint contact={contact} />}
                sending={sending}
              />
            )}
          </DropZone>
        )}
        <NewMessages conversation={conversationOf(peerId)} />
        <ContactDialogs contact={contact} />
      </section>
      {hasDetails && <ContactBeside contact={contact} />}
    </div>
  );
}

interface MessagesProps {
  readonly conversation: ConversationId;
  readonly name: string;
  /** In place of the messages, while there are none. */
  readonly empty: ReactNode;
}

/** The messages of the open conversation, or why there are none. */
export function Messages({ conversation, name, empty }: MessagesProps): ReactNode {
  const { conversations } = useHallwayContext();
  const open = useHallway(selectOpen);
  const shown = open?.conversation === conversation ? open : undefined;
  const { window, failure } = shown ?? {};
  if (shown === undefined || window === undefined) {
    return (
      <div className={styles.blank}>
        {failure !== undefined && (
          <p className={styles.failure} role="alert">
            {failure}{' '}
            <Button kind="link" className={styles.again} onPress={conversations.showLatest}>
              {say('conversation.try-again')}
            </Button>
          </p>
        )}
      </div>
    );
  }
  if (window.messages.length === 0) return empty;
  return (
    <>
      {failure !== undefined && (
        <p className={styles.failure} role="alert">
          {say('conversation.not-loaded', { problem: failure })}
        </p>
      )}
      <PictureViewer conversation={conversation}>
        <MessageList key={window.generation} open={shown} window={window} name={name} />
      </PictureViewer>
    </>
  );
}

function NothingSaid({ name }: { readonly name: string }): ReactNode {
  return (
    <div className={styles.blank}>
      <p className={styles.nothing}>
        <Lock className={styles.lock} size={18} aria-hidden="true" />
        <span>{said('conversation.empty', { name: <bdi>{name}</bdi> })}</span>
      </p>
    </div>
  );
}

function TypingLine({ contact }: { readonly contact: ContactView }): ReactNode {
  const isTyping = useHallway((state) => selectIsTyping(state, contact.peerId));
  return (
    <p className={styles.typing} role="status">
      {isTyping && said('conversation.typing', { name: <bdi>{contact.name}</bdi> })}
    </p>
  );
}

/** Describes what happens to a message that is not delivered at once. */
function DeliveryHint({ contact }: { readonly contact: ContactView }): ReactNode {
  const isFrozen = useHallway(selectIsFrozen);
  const isConnected = useHallway(selectConnection) === 'open';
  if (!isConnected) return <p>{say('compose.not-connected')}</p>;
  if (isFrozen) return <p>{say('compose.offline')}</p>;
  if (contact.here !== undefined) return null;
  return <p>{said('compose.away', { name: <bdi>{contact.name}</bdi> })}</p>;
}

/**
 * Announces arriving messages to screen readers. The list cannot, because scrolling changes it too.
 * Each message has an element of its own, so that the same text twice is announced twice.
 */
export function NewMessages({ conversation }: { readonly conversation: ConversationId }): ReactNode {
  const open = useHallway(selectOpen);
  const arrived = open?.conversation === conversation ? open.arrived : [];
  return (
    <p className="visually-hidden" aria-live="polite" aria-relevant="additions">
      {arrived.map((message) => (
        <ReadOut key={message.cursor} message={message} />
      ))}
    </p>
  );
}

function ReadOut({ message }: { readonly message: Message }): ReactNode {
  const name = useHallway((state) => selectAuthor(state, message));
  const isOfRoom = peerOfConversation(message.conversation) === undefined;
  const text = isOfRoom ? withoutMentionCodes(message.text) : message.text;
  return <span>{say('conversation.read-out', { name, text: clipText(text, maxReadOut) })}</span>;
}
