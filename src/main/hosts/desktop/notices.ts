/**
 * The notices about a window that was closed (rules DESK-12, DESK-50 and DESK-51): that Hallway
 * keeps running, or that it had to quit. Each is a notification; nobody has to confirm it. Without
 * notifications, the next page tells that Hallway kept running.
 */
import type { Notification as Banner, NotificationConstructorOptions } from 'electron';
import type { HostNotice } from '../../../shared/contract/host.ts';
import { say } from '../../../shared/text/messages/host.ts';
import type { Clock } from '../../core/ports.ts';
import { showSystemBanner } from './calling/system-banner.ts';
import type { ToldOnce } from './told-once.ts';

/** Nobody waits longer for a program that they closed. */
const quitLimitMs = 1_000;

interface Deps {
  readonly clock: Pick<Clock, 'setTimer'>;
  readonly toldOnce: ToldOnce;
  /** `new Notification(…)` of Electron. */
  readonly create: (options: NotificationConstructorOptions) => Banner;
  readonly isSupported: () => boolean;
  readonly showWindow: () => void;
  /** Resolves when a page has the notice. */
  readonly tellInPage: (notice: HostNotice) => Promise<void>;
  readonly quit: () => void;
}

export interface Notices {
  keepsRunning(): void;
  /** Resolves when Hallway may quit. */
  hasQuit(): Promise<void>;
}

export function createNotices({ clock, toldOnce, create, isSupported, showWindow, tellInPage, quit }: Deps): Notices {
  /** A banner without a reference is collected, and its buttons do nothing. */
  const held = new Set<Banner>();

  async function tellKeepsRunning(): Promise<void> {
    const buttons = [undefined, quit];
    if (!isSupported()) return tellInPage('kept-running');
    const banner = create({ ...notice('notice.keeps-running'), actions: keepOrQuit() });
    held.add(banner);
    banner.on('click', showWindow);
    banner.on('action', ({ actionIndex }) => buttons[actionIndex]?.());
    banner.on('close', () => void held.delete(banner));
    if ((await showSystemBanner(banner, clock)).isShown) return;
    held.delete(banner);
    await tellInPage('kept-running');
  }

  async function tellHasQuit(): Promise<void> {
    if (isSupported()) await showSystemBanner(create(notice('notice.has-quit')), clock, quitLimitMs);
  }

  return {
    keepsRunning: () => void toldOnce.once('keeps-running', tellKeepsRunning),
    hasQuit: () => toldOnce.once('has-quit', tellHasQuit),
  };
}

function notice(key: 'notice.keeps-running' | 'notice.has-quit'): NotificationConstructorOptions {
  return { title: say('tray.title'), body: say(key), silent: true };
}

/** Systems without buttons leave them out. The first one only puts the notice away. */
function keepOrQuit(): NonNullable<NotificationConstructorOptions['actions']> {
  return [
    { type: 'button', text: say('notice.keep') },
    { type: 'button', text: say('tray.quit') },
  ];
}
