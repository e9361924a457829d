/**
 * Whether this desktop can bring a closed window back (rule DESK-11). Windows has a notification
 * area and macOS its Dock. On Linux a tray exists only where a program owns the name of the status
 * notifier protocol; GNOME without an extension has none.
 */
import { execFile } from 'node:child_process';

/** A bus that does not answer within this time counts as a desktop without a tray. */
const busLimitMs = 1_000;

const question = [
  '--user',
  'call',
  'org.freedesktop.DBus',
  '/org/freedesktop/DBus',
  'org.freedesktop.DBus',
  'NameHasOwner',
  's',
  'org.kde.StatusNotifierWatcher',
];

/** Never rejects. */
export async function hasTrayHost(platform: NodeJS.Platform): Promise<boolean> {
  if (platform === 'win32' || platform === 'darwin') return true;
  return new Promise((resolve) => {
    execFile('busctl', question, { timeout: busLimitMs }, (error, answer) =>
      resolve(error === null && answer.trim() === 'b true'),
    );
  });
}
