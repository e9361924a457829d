/**
 * Explains in plain words whether messages reach a contact, and the remedy if they do not go both
 * ways.
 */
import { ArrowLeftRight, CircleHelp, DoorOpen, MoveLeft, Unplug } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';
import { say } from '../../../shared/text/messages/page.ts';
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
    title: say('reach.online'),
    text: say('reach.online.text'),
  },
  'one-way': {
    icon: MoveLeft,
    title: say('reach.one-way'),
    text: say('reach.one-way.text'),
  },
  suspect: {
    icon: CircleHelp,
    title: say('reach.suspect'),
    text: say('reach.suspect.text'),
  },
};

const departedNotices: Readonly<Record<LeaveReason, Notice>> = {
  goodbye: { icon: DoorOpen, title: say('reach.goodbye'), text: say('reach.goodbye.text') },
  expired: {
    icon: DoorOpen,
    title: say('reach.expired'),
    text: say('reach.expired.text'),
  },
  unreachable: {
    icon: DoorOpen,
    title: say('reach.unreachable'),
    text: say('reach.unreachable.text'),
  },
};

const frozenNotice: Notice = {
  icon: Unplug,
  title: say('reach.frozen'),
  text: say('reach.frozen.text'),
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
