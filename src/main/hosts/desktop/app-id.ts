/**
 * The application's one name for operating systems: the AppUserModelID of Windows, the bundle of
 * macOS, and the desktop file of Linux. A badge, a notification or a global shortcut is granted to
 * that name, so all places must agree.
 */
export const appId = 'app.hallway.Hallway';

/**
 * The program that Windows activates for a notification. Without one of ours, Electron makes
 * another at each start, and the notifications of earlier runs lead nowhere.
 */
export const toastActivatorId = '{6A1F0E57-3C0B-4E0B-9B53-2D0C7F7A4E19}';
