/**
 * The empty state: explains why no peer is here, and lists what to check, the likeliest cause
 * first.
 */
import { AppWindow, Radio, ShieldCheck, Wifi } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
import { useHallway } from '../../state/context.tsx';
import { EmptyPanel } from '../../ui/empty-panel.tsx';
import { NotFoundHint } from './not-found-hint.tsx';
import styles from './empty-state.module.css';

const checks: readonly { readonly icon: LucideIcon; readonly title: string; readonly text: string }[] = [
  { icon: AppWindow, title: say('contacts.check.open'), text: say('contacts.check.open.text') },
  {
    icon: Wifi,
    title: say('contacts.check.network'),
    text: say('contacts.check.network.text'),
  },
  {
    icon: ShieldCheck,
    title: say('contacts.check.firewall'),
    text: say('contacts.check.firewall.text'),
  },
];

export function EmptyState(): ReactNode {
  const wasAnybodyHere = useHallway(({ core }) => core.departed.size > 0);
  return (
    <EmptyPanel icon={Radio} title={wasAnybodyHere ? say('contacts.everyone-left') : say('contacts.first')}>
      <p>{say('contacts.listening')}</p>
      <h3 className={styles.lead}>{say('contacts.expecting')}</h3>
      <ul className={styles.checks}>
        {checks.map(({ icon: Icon, title, text }) => (
          <li key={title} className={styles.check}>
            <Icon className={styles.icon} size={18} strokeWidth={1.75} aria-hidden="true" />
            <div>
              <h4 className={styles.title}>{title}</h4>
              <p>{text}</p>
            </div>
          </li>
        ))}
      </ul>
      <NotFoundHint />
    </EmptyPanel>
  );
}
