/**
 * Connects the core with the ways in which a desktop calls its user, and with those in which it
 * tells whether the user is there: banners, badge, idle time, screen lock. Each has a file of its
 * own.
 */
import { app, nativeImage, Notification, powerMonitor } from 'electron';
import type { Hallway } from '../../../core/hallway.ts';
import type { Ports } from '../../../core/ports.ts';
import { showBadge } from './badge.ts';
import { createIdleSource } from './idle.ts';
import type { MainWindow } from '../main-window.ts';
import { presentNotifications } from './notifications.ts';

interface RunningNode {
  readonly hallway: Hallway;
  readonly ports: Pick<Ports, 'clock' | 'log'>;
}

export function callUser({ hallway, ports }: RunningNode, mainWindow: MainWindow): void {
  const { platform } = process;
  const { notifications, messages, settings } = hallway;
  hallway.away.follow(createIdleSource(powerMonitor));
  if (!notifications || !messages) return;
  presentNotifications(
    {
      ...ports,
      notifications,
      messages,
      create: (options) => new Notification(options),
      isSupported: () => Notification.isSupported(),
      ...(platform === 'win32' && { handleActivation: (onActivated) => Notification.handleActivation(onActivated) }),
      ownPeerId: hallway.profile.self().peerId,
      showWindowAt: mainWindow.showWindowAt,
    },
    { platform },
  );
  showBadge(
    {
      app,
      notifications,
      windows: mainWindow,
      flashes: () => settings.get('flashWindow'),
      createImage(buffer, size) {
        const image = nativeImage.createEmpty();
        image.addRepresentation({ ...size, buffer, scaleFactor: 1 });
        return image;
      },
    },
    { platform },
  );
}
