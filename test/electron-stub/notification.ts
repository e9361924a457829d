/** `Notification` of the application: shown by a center of the played system, and pressed by a test. */
import type * as Electron from 'electron';
import { onControl, record } from './control.ts';
import { createNotificationCenter, type NotificationCenter } from './notification-center.ts';
import { playedPlatform } from './platform.ts';

let center: NotificationCenter | undefined;

function opened(): NotificationCenter {
  center ??= createNotificationCenter(playedPlatform());
  return center;
}

/** A function that is called with `new` may return another object. */
function create(options: Electron.NotificationConstructorOptions): Electron.Notification {
  const notification = opened().create(options);
  notification.on('show', () => record('notification.show', options));
  notification.on('close', () => record('notification.close', options));
  return notification;
}

export const Notification = Object.assign(
  function Notification(options: Electron.NotificationConstructorOptions = {}) {
    return create(options);
  },
  {
    isSupported: (): boolean => true,
    handleActivation: (callback: (details: Electron.ActivationArguments) => void) => opened().handleActivation(callback),
  } satisfies Pick<typeof Electron.Notification, 'isSupported' | 'handleActivation'>,
) as unknown as Pick<typeof Electron.Notification, 'isSupported' | 'handleActivation'> &
  (new (options?: Electron.NotificationConstructorOptions) => Electron.Notification);

onControl((message) => {
  if (message.type !== 'notification') return;
  if (message.act === 'click') opened().click(message.title);
  else opened().dismiss(message.title);
});
