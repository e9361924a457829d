/** Says in plain words how well a contact and we reach each other, and what to do where it is not both ways. */
import { ArrowLeftRight, CircleHelp, DoorOpen, MoveLeft, Unplug } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import type { DepartedPeer, LeaveReason, Peer, Presence } from '../../../shared/contract/presence.ts';
import { useHallway } from '../../state/context.tsx';
import { selectIsFrozen } from '../../state/selectors.ts';
import styles from './reach-notice.module.css';

interface Notice {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text: string;
}

const presenceNotices: Readonly<Record<Presence, Notice>> = {
  online: {
    icon: ArrowLeftRight,
    title: 'Reachable both ways',
    text: 'You hear this computer, and it has proved that it hears you.',
  },
  'one-way': {
    icon: MoveLeft,
    title: 'You hear them, they do not hear you',
    text: 'Usually a firewall. Allow Hallway to receive on UDP port 4255 on their computer first, then on yours. Guest Wi-Fi and VPNs that keep computers apart do the same.',
  },
  suspect: {
    icon: CircleHelp,
    title: 'Gone quiet, checking',
    text: 'Nothing was heard for longer than usual, so Hallway is asking this computer directly. If no answer comes it moves to “Recently here”. Nothing to do.',
  },
};

const departedNotices: Readonly<Record<LeaveReason, Notice>> = {
  goodbye: { icon: DoorOpen, title: 'Left', text: 'Hallway was closed on that computer, or it went to sleep.' },
  expired: {
    icon: DoorOpen,
    title: 'Fell silent',
    text: 'That computer stopped without a goodbye: switched off, unplugged, or on another network now.',
  },
  unreachable: {
    icon: DoorOpen,
    title: 'Stopped answering',
    text: 'Hallway asked that computer directly and got no answer: switched off, unplugged, or on another network now.',
  },
};

const frozenNotice: Notice = {
  icon: Unplug,
  title: 'Nobody knows right now',
  text: 'This computer looks offline, so whether they are still here cannot be told. What is shown is how it was.',
};

export function ReachNotice({ peer }: { readonly peer: Peer | DepartedPeer }): ReactNode {
  const isFrozen = useHallway(selectIsFrozen);
  const { tone, notice } = noticeFor(peer, isFrozen);
  const { icon: Icon, title, text } = notice;
  return (
    <section className={styles.notice} data-tone={tone} aria-live="polite">
      <Icon className={styles.icon} size={18} aria-hidden="true" />
      <div>
        <h3 className={styles.title}>{title}</h3>
        <p>{text}</p>
      </div>
    </section>
  );
}

function noticeFor(peer: Peer | DepartedPeer, isFrozen: boolean): { readonly tone: string; readonly notice: Notice } {
  if ('reason' in peer) return { tone: 'departed', notice: departedNotices[peer.reason] };
  if (isFrozen) return { tone: 'frozen', notice: frozenNotice };
  return { tone: peer.presence, notice: presenceNotices[peer.presence] };
}
