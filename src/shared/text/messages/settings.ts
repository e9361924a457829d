/** The texts of each setting, by key: its label, its description, and its valid values. */
import type { SettingKey } from '../../contract/settings.ts';

type SettingPart = 'label' | 'description' | 'values';

export const settingsMessages = {
  'settings.name.label': 'Name',
  'settings.name.description': "The name that others see. Until you choose one, it's your account name.",
  'settings.name.values': 'a text with at least one visible character; anything past 48 bytes is cut off',

  'settings.status.label': 'Status',
  'settings.status.description': "Shows others whether you're free.",
  'settings.status.values': 'available, away or busy',

  'settings.note.label': 'Note',
  'settings.note.description': 'A line about you that others see.',
  'settings.note.values': 'any text; anything past 96 bytes is cut off',

  'settings.autoAway.label': 'Away when idle',
  'settings.autoAway.description': "Shows you as away while you don't use this computer.",
  'settings.autoAway.values': 'true or false',

  'settings.autoAwayMinutes.label': 'Minutes until away',
  'settings.autoAwayMinutes.description': 'Hallway waits this long before it shows you as away.',
  'settings.autoAwayMinutes.values': 'a whole number of minutes from 1 to 240',

  'settings.busyUntilMs.label': 'Busy until',
  'settings.busyUntilMs.description': 'Your status goes back to available at this time.',
  'settings.busyUntilMs.values': 'a time in milliseconds since 1970, or null for no end',

  'settings.notifyMessages.label': 'Messages to you',
  'settings.notifyMessages.description': 'Notifies you of messages that someone sends only to you.',
  'settings.notifyMessages.values': 'true or false',

  'settings.notifyRooms.label': 'Messages in rooms',
  'settings.notifyRooms.description': 'Picks the messages of rooms that notify you.',
  'settings.notifyRooms.values': 'all, mentions or none',

  'settings.notificationContent.label': 'Show in notifications',
  'settings.notificationContent.description': 'Anyone who can see your screen can read a notification.',
  'settings.notificationContent.values': 'text, sender or none',

  'settings.notificationSound.label': 'Sound',
  'settings.notificationSound.description': 'Notifications play the sound of your system.',
  'settings.notificationSound.values': 'true or false',

  'settings.keywords.label': 'Words to notify you of',
  'settings.keywords.description': 'A room message with one of these words counts as a mention.',
  'settings.keywords.values': 'a list of up to 50 words, each with up to 64 characters',

  'settings.doNotDisturbUntilMs.label': 'Do not disturb until',
  'settings.doNotDisturbUntilMs.description': 'No notifications until this time.',
  'settings.doNotDisturbUntilMs.values': 'a time in milliseconds since 1970, or null for off',

  'settings.quietHours.label': 'Quiet hours',
  'settings.quietHours.description': 'No notifications on these days between these times.',
  'settings.quietHours.values': 'days (0 for Sunday to 6), from and to (such as 22:00) as a JSON object, or null for none',

  'settings.showBadge.label': 'Unread count',
  'settings.showBadge.description': 'Shows how many messages are unread on the icon and in the title.',
  'settings.showBadge.values': 'true or false',

  'settings.flashWindow.label': 'Flash in the taskbar',
  'settings.flashWindow.description': 'Draws attention to the window when a message arrives.',
  'settings.flashWindow.values': 'true or false',

  'settings.theme.label': 'Theme',
  'settings.theme.description': 'Light or dark colors.',
  'settings.theme.values': 'system, light or dark',

  'settings.textSizePercent.label': 'Text size',
  'settings.textSizePercent.description': 'The size of all text, as a share of the usual size.',
  'settings.textSizePercent.values': 'a whole number from 90 to 200, in percent',

  'settings.density.label': 'List density',
  'settings.density.description': 'Compact rows fit more people on the screen.',
  'settings.density.values': 'comfortable or compact',

  'settings.sendWith.label': 'Send with',
  'settings.sendWith.description': 'The other keys start a new line.',
  'settings.sendWith.values': 'enter or ctrl-enter',

  'settings.timeFormat.label': 'Time format',
  'settings.timeFormat.description': 'How times of day are written.',
  'settings.timeFormat.values': 'system, 12h or 24h',

  'settings.reduceMotion.label': 'Reduce motion',
  'settings.reduceMotion.description': "Turns animations off. Your system's own choice always counts.",
  'settings.reduceMotion.values': 'true or false',

  'settings.showSnippets.label': 'Show the last message',
  'settings.showSnippets.description': 'Shows the beginning of the last message in the list.',
  'settings.showSnippets.values': 'true or false',

  'settings.readReceipts.label': 'Read receipts',
  'settings.readReceipts.description': "People see when you've read their messages.",
  'settings.readReceipts.values': 'true or false',

  'settings.typingSignals.label': 'Typing signals',
  'settings.typingSignals.description': "People see when you're writing to them.",
  'settings.typingSignals.values': 'true or false',

  'settings.keepDays.label': 'Delete messages after',
  'settings.keepDays.description':
    'Direct messages are deleted this many days after they were saved here. Unread and undelivered ones stay. A shorter time takes effect at once.',
  'settings.keepDays.values': 'a number of days from 1 to 36500, or null for never',

  'settings.roomKeepDays.label': 'Delete room messages after',
  'settings.roomKeepDays.description':
    'Messages of rooms are deleted this many days after they were saved here, read or not. A shorter time takes effect at once.',
  'settings.roomKeepDays.values': 'a whole number of days from 1 to 36500, or null for never',

  'settings.roomKeepMegabytes.label': 'Space for rooms',
  'settings.roomKeepMegabytes.description':
    'When rooms take more space than this, their oldest messages are deleted. Messages of the last day stay.',
  'settings.roomKeepMegabytes.values': 'a whole number of megabytes from 16 to 65536',

  'settings.roomNotices.label': 'Joins and leaves',
  'settings.roomNotices.description': 'Shows in a room when people come and go.',
  'settings.roomNotices.values': 'auto, always or never',

  'settings.filesDirectory.label': 'Folder for files',
  'settings.filesDirectory.description': 'Files that you accept are saved here, unless you choose another folder.',
  'settings.filesDirectory.values': 'the path of a folder, or an empty text for your downloads',

  'settings.filesAccept.label': 'Files from others',
  'settings.filesAccept.description': 'Hallway asks you, accepts files from verified people, or declines all files.',
  'settings.filesAccept.values': 'ask, verified or never',

  'settings.filesAcceptUpToMiB.label': 'Accept without asking up to',
  'settings.filesAcceptUpToMiB.description': 'Larger offers from verified people wait for your answer.',
  'settings.filesAcceptUpToMiB.values': 'a whole number of megabytes from 1 to 1048576',

  'settings.filesRemovePlace.label': 'Remove place from pictures',
  'settings.filesRemovePlace.description': 'JPEG, PNG and WebP pictures are sent without the place where they were taken.',
  'settings.filesRemovePlace.values': 'true or false',
  'settings.filesBytesPerSecond.label': 'Speed limit for files',
  'settings.filesBytesPerSecond.description': 'Files are sent and received no faster than this, each way.',
  'settings.filesBytesPerSecond.values': 'a whole number of bytes per second, or 0 for no limit',

  'settings.manualAddresses.label': 'People by address',
  'settings.manualAddresses.description': "Hallway contacts these addresses to find people it can't find on its own.",
  'settings.manualAddresses.values': 'a list of up to 256 addresses, each as ADDRESS:PORT or [ADDRESS]:PORT',

  'settings.excludedInterfaces.label': 'Excluded adapters',
  'settings.excludedInterfaces.description': 'Hallway never uses these network adapters.',
  'settings.excludedInterfaces.values': 'a list of up to 64 names of adapters',

  'settings.passive.label': 'Quiet mode',
  'settings.passive.description': "Hallway only replies, and doesn't contact other computers first.",
  'settings.passive.values': 'true or false',

  'settings.multicastTtl.label': 'Reach of discovery',
  'settings.multicastTtl.description': 'How many network hops a search for people may take. One is this network.',
  'settings.multicastTtl.values': 'a whole number from 1 to 4',

  'settings.port.label': 'Network port',
  'settings.port.description': 'The UDP port that everyone in your group uses. Takes effect at the next start.',
  'settings.port.values': 'a whole number from 1 to 65535, or null for the usual port',

  'settings.startAtLogin.label': 'Start at login',
  'settings.startAtLogin.description': 'Starts Hallway when you log in to this computer.',
  'settings.startAtLogin.values': 'true or false',

  'settings.startHidden.label': 'Start in the background',
  'settings.startHidden.description': 'At login, Hallway starts without a window.',
  'settings.startHidden.values': 'true or false',

  'settings.keepRunning.label': 'Keep running',
  'settings.keepRunning.description': 'Hallway keeps running when you close its window, so people can reach you.',
  'settings.keepRunning.values': 'true or false',

  'settings.globalShortcut.label': 'Global shortcut',
  'settings.globalShortcut.description': 'Opens Hallway from any program.',
  'settings.globalShortcut.values': 'keys such as Ctrl+Alt+H, or null for none',

  'settings.hardwareAcceleration.label': 'Hardware acceleration',
  'settings.hardwareAcceleration.description':
    'Draws with the graphics card. Turn it off if the window flickers. Takes effect at the next start.',
  'settings.hardwareAcceleration.values': 'true or false',

  'settings.logLevel.label': 'Log detail',
  'settings.logLevel.description': 'How much Hallway writes to its log file. Details help to find a problem.',
  'settings.logLevel.values': 'error, warning, info or debug',
} as const satisfies Readonly<Record<`settings.${SettingKey}.${SettingPart}`, string>>;

export function settingMessage(key: SettingKey, part: SettingPart): string {
  return settingsMessages[`settings.${key}.${part}`];
}

/**
 * The valid values of a setting: an argument `key` for other messages, with a case for each key.
 * The compiler need not read all the cases: their argument is enough.
 */
export const expectedValue = `{key, select,
  ${Object.entries(settingsMessages)
    .filter(([key]) => key.endsWith('.values'))
    .map(([key, values]) => `${key.split('.')[1]} {${values}}`)
    .join('\n  ')}
  other {another value}}` as '{key, select, other {another value}}';
