/** The switch for passive mode, with its cost. */
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { Section } from '../../ui/section.tsx';
import { Switch } from '../../ui/switch.tsx';
import styles from './passive-mode.module.css';
import { useNetworkChange } from './use-network-change.ts';

export function PassiveMode({ isPassive }: { readonly isPassive: boolean }): ReactNode {
  const { failure, change } = useNetworkChange();
  return (
    <Section title={say('network.quiet')}>
      <div className={styles.passive}>
        <div>
          <h4 className={styles.title}>{say('network.quiet.title')}</h4>
          <p className={styles.price}>{say('network.quiet.price')}</p>
          {failure !== undefined && (
            <p className={styles.failure} role="alert">
              {failure}
            </p>
          )}
        </div>
        <Switch label={say('network.quiet')} isOn={isPassive} onSwitch={(passive) => void change({ passive })} />
      </div>
    </Section>
  );
}
