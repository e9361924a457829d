/**
 * The application's one name for operating systems: the AppUserModelID of Windows, the bundle of
 * macOS, and the desktop file of Linux. A badge, a notification or a global shortcut is granted to
 * that name, so all places must agree .
 */
export const appId = 'app.hallway.Hallway';
