/**
 * The network panel: findings with remedies, peers reached in unusual ways, the form to add a peer
 * by address, and the adapters.
 */
import { ArrowLeft, X } from 'lucide-react';
import { useLayoutEffect, useRef } from 'react';
import type { ReactNode, RefObject } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { useDiagnostics, useHallway, useHallwayContext } from '../../state/context.tsx';
import { close } from '../../state/route.ts';
import { selectRoute } from '../../state/selectors.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { AddByAddress } from './add-by-address.tsx';
import { Adapters } from './adapters.tsx';
import { Findings } from './findings.tsx';
import { EventLog } from './event-log.tsx';
import styles from './network-panel.module.css';
import { PassiveMode } from './passive-mode.tsx';
import { PeersToNote } from './peers-to-note.tsx';
import { ProblemReport } from './problem-report.tsx';
import { writeReport } from './write-report.ts';

export function NetworkPanel(): ReactNode {
  const { store } = useHallwayContext();
  const { report, failure } = useDiagnostics((state) => state);
  const isLive = failure === undefined;
  const panel = useFocusWhileOpen();
  const onClose = (): void => store.navigate(close);

  return (
    <section ref={panel} className={styles.panel} id="network" aria-label={say('network.title')} tabIndex={-1}>
      <header className={styles.head}>
        <Button kind="back" className={styles.back} onPress={onClose}>
          <ArrowLeft size={16} aria-hidden="true" /> {say('contacts.people')}
        </Button>
        <h2 className={styles.title}>{say('network.title')}</h2>
        {report && <CopyButton label={say('network.copy-report')} textOf={() => writeReport(report)} />}
        <IconButton size={32} className={styles.close} label={say('network.close')} title={say('ui.close')} onPress={onClose}>
          <X size={18} aria-hidden="true" />
        </IconButton>
      </header>
      {!isLive && (
        <p className={styles.failure} role="status">
          {report && `${say('network.old')} `}
          {failure}
        </p>
      )}
      {report ? (
        <div className={styles.sections} data-live={isLive}>
          <Findings report={report} />
          <PeersToNote diagnostics={report.diagnostics} />
          <AddByAddress diagnostics={report.diagnostics} />
          <Adapters diagnostics={report.diagnostics} />
          <PassiveMode isPassive={report.diagnostics.network.passive} />
          <EventLog diagnostics={report.diagnostics} />
          <ProblemReport />
        </div>
      ) : (
        isLive && <p className={styles.waiting}>{say('network.checking')}</p>
      )}
    </section>
  );
}

/**
 * Moves the focus into the panel when it opens, unless a field already has it. Restores the focus
 * on close.
 */
function useFocusWhileOpen(): RefObject<HTMLElement | null> {
  const panel = useRef<HTMLElement>(null);
  const route = useHallway(selectRoute);
  const leavesFocus = useRef(route.page === 'network' && route.atAddress);
  useLayoutEffect(() => {
    const before = document.activeElement;
    const own = panel.current;
    if (!leavesFocus.current) own?.focus({ preventScroll: true });
    return () => {
      const isOurs = own?.contains(document.activeElement) === true || document.activeElement === document.body;
      if (isOurs && before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  return panel;
}
