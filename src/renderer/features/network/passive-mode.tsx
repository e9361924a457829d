/** The switch of the passive mode, with its price. */
import type { ReactNode } from 'react';
import { Section } from '../../ui/section.tsx';
import { Switch } from '../../ui/switch.tsx';
import styles from './passive-mode.module.css';
import { useNetworkChange } from './use-network-change.ts';

export function PassiveMode({ isPassive }: { readonly isPassive: boolean }): ReactNode {
  const { failure, change } = useNetworkChange();
  return (
    <Section title="Passive mode">
      <div className={styles.passive}>
        <div>
          <h4 className={styles.title}>Only answer, never ask</h4>
          <p className={styles.price}>
            Sends nothing to single computers unless they ask. The price: somebody who crashes stays in your list for up to 35
            seconds.
          </p>
          {failure !== undefined && (
            <p className={styles.failure} role="alert">
              {failure}
            </p>
          )}
        </div>
        <Switch label="Passive mode" isOn={isPassive} onSwitch={(passive) => void change({ passive })} />
      </div>
    </Section>
  );
}
