/**
 * The conversation's title bar: the contact and its presence, and buttons for search and details.
 */
import { ArrowLeft, BadgeCheck, BellOff, Info, Search } from 'lucide-react';
import type { ReactNode } from 'react';
import { conversationOf } from '../../../shared/lib/ids.ts';
import { say } from '../../../shared/text/messages/page.ts';
import { said } from '../../ui/said.tsx';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { closeSearch, openSearch, showContact, showNobody } from '../../state/route.ts';
import { selectIsMuted } from '../../state/message-selectors.ts';
import { selectIsFrozen, selectMessageSearch, selectNamesake } from '../../state/selectors.ts';
import { IconButton } from '../../ui/icon-button.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { ConversationMenuButton } from '../contacts/conversation-menu.tsx';
import { detailsButton, useDetails } from '../contacts/use-details.ts';
import { LastSeen } from '../contacts/last-seen.tsx';
import { NameMark } from '../../ui/name-mark.tsx';
import { PresenceDot, presenceWords } from '../../ui/presence-dot.tsx';
import { statusText } from '../../ui/status-mark.tsx';
import bar from '../contacts/header-bar.module.css';
import styles from './conversation-header.module.css';
import type { ContactView } from '../contacts/use-contact.ts';

export function ConversationHeader({ contact }: { readonly contact: ContactView }): ReactNode {
  const { store } = useHallwayContext();
  const isFrozen = useHallway(selectIsFrozen);
  const likeness = useHallway((state) => selectNamesake(state, contact.peerId));
  const isFinding = useHallway(selectMessageSearch) !== undefined;
  const isMuted = useHallway((state) => selectIsMuted(state, conversationOf(contact.peerId)));
  const { fits, isOpen, toggle } = useDetails();
  const { here } = contact;
  return (
    <header className={bar.head}>
      <IconButton size={34} className={bar.back} label={say('contacts.people')} onPress={() => store.navigate(showNobody)}>
        <ArrowLeft size={18} aria-hidden="true" />
      </IconButton>
      <Avatar peerId={contact.peerId} name={contact.name} size="header" faded={here === undefined}>
        {here && (
          <PresenceDot
            presence={here.presence}
            status={here.status}
            statusText={statusText(here, here.lastSeenMs)}
            isFrozen={isFrozen}
          />
        )}
      </Avatar>
      <div className={bar.texts}>
        <h2 className={bar.name}>
          <bdi className={bar.cut}>{contact.name}</bdi>
          {contact.isVerified && <BadgeCheck className={styles.verified} size={16} aria-label={say('contacts.verified')} />}
          {isMuted && <BellOff className={bar.muted} size={14} aria-label={say('list.muted')} />}
          {likeness !== undefined && <NameMark likeness={likeness} />}
        </h2>
        <p className={bar.second}>
          <StateWords contact={contact} isFrozen={isFrozen} />
        </p>
      </div>
      <IconButton
        size={34}
        label={say('conversation.search')}
        aria-keyshortcuts="Control+F"
        title={say('conversation.search.title')}
        aria-pressed={isFinding}
        onPress={() => store.navigate(isFinding ? closeSearch : openSearch)}
      >
        <Search size={17} aria-hidden="true" />
      </IconButton>
      <ConversationMenuButton conversation={conversationOf(contact.peerId)} />
      <IconButton
        size={34}
        className={styles.details}
        {...{ [detailsButton]: true }}
        {...(fits && { 'aria-expanded': isOpen })}
        label={say('conversation.details')}
        title={say('conversation.details')}
        onPress={() => (fits ? toggle() : store.navigate(showContact))}
      >
        <Info size={18} aria-hidden="true" />
      </IconButton>
    </header>
  );
}

function StateWords({ contact, isFrozen }: { readonly contact: ContactView; readonly isFrozen: boolean }): ReactNode {
  const { here, departed } = contact;
  if (here === undefined) {
    if (departed === undefined) return say('conversation.not-here');
    return said('contact.last-here', { when: <LastSeen timeMs={departed.lastSeenMs} /> });
  }
  const isReached = here.presence === 'online' || isFrozen;
  return (
    <>
      {here.status !== 'available' || isReached ? statusText(here, here.lastSeenMs) : ''}
      {!isReached && (
        <span className={styles.reach} data-presence={here.presence}>
          {presenceWords[here.presence]}
        </span>
      )}
      {here.note !== '' && (
        <>
          <span aria-hidden="true">·</span>
          <bdi className={bar.cut}>{here.note}</bdi>
        </>
      )}
    </>
  );
}
