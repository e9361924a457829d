/** The empty state: why nobody is here yet, and what to check, in the order in which it usually is the cause. */
import { AppWindow, Radio, ShieldCheck, Wifi } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { useHallway } from '../../state/context.tsx';
import { EmptyPanel } from '../../ui/empty-panel.tsx';
import { NotFoundHint } from './not-found-hint.tsx';
import styles from './empty-state.module.css';

const checks: readonly { readonly icon: LucideIcon; readonly title: string; readonly text: string }[] = [
  { icon: AppWindow, title: 'Hallway runs over there', text: 'Ask a coworker to open it. It needs no account and no set-up.' },
  {
    icon: Wifi,
    title: 'You are on the same network',
    text: 'The same office network or Wi-Fi. Guest Wi-Fi often keeps computers apart, and so can a VPN.',
  },
  {
    icon: ShieldCheck,
    title: 'The firewall lets it through',
    text: 'Both computers must allow Hallway to receive on UDP port 4255.',
  },
];

export function EmptyState(): ReactNode {
  const wasAnybodyHere = useHallway(({ core }) => core.departed.size > 0);
  return (
    <EmptyPanel icon={Radio} title={wasAnybodyHere ? 'Everybody else has left' : 'You are the first one here'}>
      <p>Hallway is listening. People appear by themselves, usually within a second.</p>
      <h3 className={styles.lead}>If you expected somebody, check that</h3>
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
