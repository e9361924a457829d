/** The one-way peers and those reached by unicast only. A press selects one. */
import { ChevronRight } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { Diagnostics } from '../../../shared/contract/diagnostics.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { selectHere } from '../../state/selectors.ts';
import { openConversation } from '../../state/route.ts';
import { FirstFew } from '../../ui/first-few.tsx';
import { readableName } from '../../../shared/text/contact-text.ts';
import { PresenceDot } from '../../ui/presence-dot.tsx';
import { Section } from '../../ui/section.tsx';
import { Button } from '../../ui/button.tsx';
import styles from './peers-to-note.module.css';
import { peersToNote } from './report-view.ts';
import type { PeerToNote } from './report-view.ts';

/** Peers shown at once: more would push the rest of the panel out of sight. */
const shownAtFirst = 6;

export function PeersToNote({ diagnostics }: { readonly diagnostics: Diagnostics }): ReactNode {
  const peers = peersToNote(diagnostics);
  if (peers.length === 0) return null;
  return (
    <Section title={say('network.to-note')}>
      <FirstFew entries={peers} count={shownAtFirst}>
        {(peer) => <PeerLine key={peer.peerId} peer={peer} />}
      </FirstFew>
    </Section>
  );
}

function PeerLine({ peer: { peerId, name, host, presence, text } }: { readonly peer: PeerToNote }): ReactNode {
  const { store } = useHallwayContext();
  const status = useHallway((state) => selectHere(state, peerId)?.status ?? 'available');
  return (
    <li>
      <Button kind="plain" className={styles.peer} onPress={() => store.navigate(openConversation(peerId))}>
        <PresenceDot presence={presence} status={status} />
        <span className={styles.texts}>
          <span className={styles.line}>
            <bdi className={styles.name}>{readableName(name)}</bdi>
            <bdi className={styles.host}>{host}</bdi>
          </span>
          <span className={styles.text}>{text}</span>
        </span>
        <ChevronRight className={styles.sign} size={16} aria-hidden="true" />
      </Button>
    </li>
  );
}
