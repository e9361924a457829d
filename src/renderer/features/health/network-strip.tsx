/**
 * The line below the list, while something is wrong with the network, and the button of the header
 * for all other times. Both open the network panel.
 */
import { ChevronRight, Network, TriangleAlert, Unplug } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import type { BoundInterface } from '../../../shared/contract/network.ts';
import { useHallway, useHallwayContext } from '../../state/context.tsx';
import { toggleNetwork } from '../../state/route.ts';
import { selectConnection, selectHealth, selectRoute, selectSelf } from '../../state/selectors.ts';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import styles from './network-strip.module.css';

export function NetworkStrip(): ReactNode {
  const { store } = useHallwayContext();
  const isOpen = useHallway(selectRoute).page === 'network';
  const self = useHallway(selectSelf);
  const health = useHallway(selectHealth);
  const isLost = useHallway(selectConnection) === 'lost';
  if (self === undefined) return null;
  const problems = health.filter(({ severity }) => severity !== 'info').length;
  const isOffline = self.interfaces.length === 0;
  if (problems === 0 && !isOffline && !isLost) return null;
  return (
    <footer>
      <Button
        kind="plain"
        className={styles.strip}
        aria-expanded={isOpen}
        aria-keyshortcuts="Control+I"
        title={`${allInterfaces(self.interfaces)}\n${say('strip.open')}`.trim()}
        onPress={() => store.navigate(toggleNetwork)}
      >
        {isOffline ? <Unplug size={14} aria-hidden="true" /> : <TriangleAlert size={14} aria-hidden="true" />}
        <bdi className={styles.where}>{whereWeAre(self.interfaces)}</bdi>
        {problems > 0 && <span className={styles.problems}>{say('strip.problems', { count: problems })}</span>}
        {isLost && <span className={styles.problems}>{say('strip.last-known')}</span>}
        <ChevronRight className={styles.sign} size={14} aria-hidden="true" />
      </Button>
    </footer>
  );
}

/** The way to the network panel while the strip has nothing to say. */
export function NetworkButton(): ReactNode {
  const { store } = useHallwayContext();
  const isOpen = useHallway(selectRoute).page === 'network';
  return (
    <IconButton
      size={34}
      label={say('strip.button')}
      title={say('strip.open')}
      aria-keyshortcuts="Control+I"
      aria-pressed={isOpen}
      onPress={() => store.navigate(toggleNetwork)}
    >
      <Network size={17} aria-hidden="true" />
    </IconButton>
  );
}

/** "On eth0 · 10.0.0.5", and the number of further adapters. */
function whereWeAre(interfaces: readonly BoundInterface[]): string {
  const names = new Set(interfaces.map(({ name }) => name));
  // Prefers IPv4: it is shorter, and users know it.
  const shown = interfaces.find(({ address }) => !address.includes(':')) ?? interfaces[0];
  if (shown === undefined) return say('strip.nowhere');
  const others = names.size - 1;
  return say('strip.where', { name: shown.name, address: shown.address, others });
}

function allInterfaces(interfaces: readonly BoundInterface[]): string {
  return interfaces.map(({ name, address }) => `${name} · ${address}`).join('\n');
}
