/**
 * Texts of the desktop application and the browser host outside the page: menus, dialogs, and plain
 * answers to a bad request.
 */

export const desktopMessages = {
  'desktop.menu.file': '&File',
  'desktop.menu.view': '&View',
  'desktop.menu.settings': 'Settings…',
  'desktop.menu.about': 'About Hallway',
  'desktop.menu.palette': 'Go to…',
  'desktop.menu.find': 'Find in Conversation',
  'desktop.menu.network': 'Network',
  'desktop.menu.back': 'Back',
  'desktop.menu.forward': 'Forward',
  'desktop.menu.report': 'Save a &Problem Report…',
  'desktop.save-file': 'Save a copy',
  'desktop.report.title': 'Save a problem report',
  'desktop.report.filter': 'Text',
  'desktop.report.failed': "Couldn't save the problem report",
  'desktop.report.reason': '{path}: {reason}.',
  'desktop.about': 'See who is around on the local network, and talk to them',
  'tray.title': 'Hallway',
  'tray.unread': 'Hallway: {count, plural, one {# unread message} other {# unread messages}}',
  'tray.open': 'Open Hallway',
  'tray.open-unread': 'Open Hallway ({count} unread)',
  'tray.status.available': 'Available',
  'tray.status.away': 'Away',
  'tray.status.busy': 'Busy',
  'tray.quit': 'Quit Hallway',
  'notice.keeps-running': 'Hallway keeps running, so people can reach you. Quit from the tray icon.',
  'notice.keep': 'Keep running',
  'notice.has-quit': 'Hallway has quit, so others no longer see you. This desktop has no tray that could bring its window back.',

  'desktop.not-started': "Hallway couldn't start",
  'desktop.not-understood': "Hallway was started with an option it doesn't know",
  'desktop.stopped': 'Hallway stopped working',
  'desktop.stopped-reason': 'Start it again. The reason was: {reason}',

  'browser.wrong-host': 'Wrong Host: open Hallway at the address that it printed.',
  'browser.wrong-method': 'Only GET and HEAD are supported.',
  'browser.no-link': "There's no link here, only at {path}.",
  'browser.wrong-origin': "Wrong Origin: only Hallway's own page may connect.",
  'browser.no-file': "There's no such file.",
  'browser.crowded': '{count} pages are already open. Close one first.',
} as const;
