/** A card to bring a colleague here: a text to send, and a code to scan. */
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { Diagnostics } from '../../../shared/contract/diagnostics.ts';
import { useDiagnostics, useHallway } from '../../state/context.tsx';
import { selectSelf } from '../../state/selectors.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { QrCode } from './qr-code.tsx';
import { ownAddressesOf } from '../network/report-view.ts';
import styles from './welcome.module.css';

export function Invitation(): ReactNode {
  const self = useHallway(selectSelf);
  const address = useDiagnostics(({ report }) => (report === undefined ? undefined : addressOf(report.diagnostics)));
  const text = address === undefined ? say('invite.text.no-address') : say('invite.text', { address });
  return (
    <section className={styles.card} aria-label={say('invite.title')}>
      <div className={styles.cardText}>
        <h3 className={styles.title}>{say('invite.title')}</h3>
        <p>{text}</p>
        <CopyButton label={say('invite.copy')} textOf={() => text} />
      </div>
      {self !== undefined && address !== undefined && <QrCode text={linkOf(address, self.peerId)} label={say('invite.qr')} />}
    </section>
  );
}

/** People know the form of IPv4. */
function addressOf(diagnostics: Diagnostics): string | undefined {
  const addresses = ownAddressesOf(diagnostics);
  return addresses.find((address) => !address.startsWith('[')) ?? addresses[0];
}

/** A link that leads to the form that adds this computer; the key lets the reader check it. */
function linkOf(address: string, peerId: string): string {
  return `hallway://add?${new URLSearchParams({ a: address, k: peerId }).toString()}`;
}
