/**
 * Everything known about one contact now: presence, computer, addresses, and how well we reach it.
 */
import { ArrowLeft, BadgeCheck } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { said } from '../../ui/said.tsx';
import type { DepartedPeer, Peer } from '../../../shared/contract/presence.ts';
import type { PeerId } from '../../../shared/lib/ids.ts';
import { useDiagnostics, useHallway, useHallwayContext, useTimeZone } from '../../state/context.tsx';
import { showNobody } from '../../state/route.ts';
import { selectDeparted, selectHere, selectIsFrozen, selectNamesake } from '../../state/selectors.ts';
import { Button } from '../../ui/button.tsx';
import { Avatar } from '../../ui/avatar.tsx';
import { LastSeen } from './last-seen.tsx';
import { NameMark } from '../../ui/name-mark.tsx';
import { momentOf, readableName, readableCodeOf } from '../../../shared/text/contact-text.ts';
import { PresenceDot } from '../../ui/presence-dot.tsx';
import { StatusMark, statusText } from '../../ui/status-mark.tsx';
import styles from './contact-details.module.css';
import { ReachNotice } from './reach-notice.tsx';

interface ContactDetailsProps {
  readonly peerId: PeerId;
  /** Whether the details stand alone, with a way back to the list. A panel has its own. */
  readonly isAlone?: boolean;
}

export function ContactDetails({ peerId, isAlone = true }: ContactDetailsProps): ReactNode {
  const { store } = useHallwayContext();
  const here = useHallway((state) => selectHere(state, peerId));
  const departed = useHallway((state) => selectDeparted(state, peerId));
  const isFrozen = useHallway(selectIsFrozen);
  const peer = here ?? departed;
  if (peer === undefined) return null;
  return (
    <article className={styles.details} aria-label={say('contact.about', { name: readableName(peer.name) })}>
      {isAlone && (
        <Button kind="back" className={styles.back} onPress={() => store.navigate(showNobody)}>
          <ArrowLeft size={16} aria-hidden="true" /> {say('contacts.people')}
        </Button>
      )}
      <header className={styles.head}>
        <Avatar peerId={peerId} name={peer.name} size="details" faded={here === undefined}>
          {here && <PresenceDot presence={here.presence} status={here.status} isFrozen={isFrozen} large />}
        </Avatar>
        <h2 className={styles.name}>
          <bdi>{readableName(peer.name)}</bdi>
          {peer.verified && <BadgeCheck className={styles.verified} size={18} aria-label={say('contacts.verified')} />}
        </h2>
        <p className={styles.status}>
          {here ? (
            <>
              <StatusMark status={here.status} />
              {statusText(here, here.lastSeenMs)}
            </>
          ) : (
            said('contact.last-here', { when: <LastSeen timeMs={peer.lastSeenMs} /> })
          )}
        </p>
        {peer.note !== '' && (
          <p className={styles.note}>
            <bdi>{peer.note}</bdi>
          </p>
        )}
      </header>
      <ReachNotice peer={peer} />
      <Facts peer={peer} />
    </article>
  );
}

/** Explains the code; more plainly where a confusable name makes it necessary. */
const codeHints = {
  none: say('contact.code.hint'),
  same: say('contact.code.same'),
  alike: say('contact.code.alike'),
} as const;

function Facts({ peer }: { readonly peer: Peer | DepartedPeer }): ReactNode {
  useTimeZone();
  const likeness = useHallway((state) => selectNamesake(state, peer.peerId));
  const isUnicastOnly = useDiagnostics(
    ({ report }) => report?.diagnostics.peers.some(({ peerId, unicastOnly }) => peerId === peer.peerId && unicastOnly) === true,
  );
  return (
    <dl className={styles.facts}>
      <div className={styles.fact}>
        <dt>{say('contact.computer')}</dt>
        <dd>
          <bdi>{peer.host}</bdi>
        </dd>
      </div>
      <div className={styles.fact}>
        <dt>{say('contact.addresses', { count: peer.addresses.length })}</dt>
        <dd className={styles.code}>
          {peer.addresses.map((address) => (
            <bdi key={address} className={styles.address}>
              {address}
            </bdi>
          ))}
          {peer.addresses.length === 0 && say('contact.no-address')}
        </dd>
      </div>
      {isUnicastOnly && (
        <div className={styles.fact}>
          <dt>{say('contact.reached')}</dt>
          <dd>
            {say('contact.unicast')}
            <p className={styles.hint}>{say('contact.unicast.hint')}</p>
          </dd>
        </div>
      )}
      <div className={styles.fact}>
        <dt>{say('contact.last-seen')}</dt>
        <dd className={styles.seen}>
          <LastSeen timeMs={peer.lastSeenMs} /> <span className={styles.moment}>{momentOf(peer.lastSeenMs)}</span>
        </dd>
      </div>
      <div className={styles.fact}>
        <dt>{say('contact.code')}</dt>
        <dd>
          <span className={styles.code} title={peer.peerId}>
            {readableCodeOf(peer.peerId)}
          </span>
          {likeness !== undefined && (
            <>
              {' '}
              <NameMark likeness={likeness} />
            </>
          )}
          <p className={styles.hint}>{codeHints[likeness ?? 'none']}</p>
        </dd>
      </div>
    </dl>
  );
}
