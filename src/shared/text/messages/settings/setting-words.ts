/**
 * Words about settings beside those of settings.ts: the labels of choices, and words that people
 * search for. A test compares both with the table of settings.
 */
import type { SettingKey } from '../../../contract/settings.ts';

/** The label of each choice, by key and value. */
export const settingChoices: { readonly [Key in SettingKey]?: Readonly<Record<string, string>> } = {
  status: { available: 'Available', away: 'Away', busy: 'Busy' },
  notifyRooms: { all: 'All messages', mentions: 'Mentions of you', none: 'None' },
  notificationContent: { text: 'Name and text', sender: 'Name only', none: 'Neither' },
  theme: { system: 'As the system', light: 'Light', dark: 'Dark' },
  density: { comfortable: 'Comfortable', compact: 'Compact' },
  sendWith: { enter: 'Enter', 'ctrl-enter': 'Ctrl+Enter' },
  timeFormat: { system: 'As the system', '12h': '12 hours', '24h': '24 hours' },
  filesAccept: { ask: 'Ask me', verified: 'Accept from verified people', never: 'Decline all' },
  roomNotices: { auto: 'In small rooms', always: 'Always', never: 'Never' },
  logLevel: { error: 'Errors only', warning: 'Warnings', info: 'Normal', debug: 'Everything' },
};

/** Other words for the same thing, with blanks between them. */
export const settingSynonyms: { readonly [Key in SettingKey]: string } = {
  name: 'username nickname display rename',
  status: 'presence online availability',
  note: 'status message text mood',
  autoAway: 'idle inactive absent presence',
  autoAwayMinutes: 'idle timeout inactive',
  busyUntilMs: 'timer meeting focus',
  notifyMessages: 'alert banner popup direct dm',
  notifyRooms: 'alert channel group mention',
  notificationContent: 'preview privacy lock screen',
  notificationSound: 'audio mute silent ring',
  keywords: 'highlight mention alert words',
  doNotDisturbUntilMs: 'dnd mute pause snooze silence',
  quietHours: 'dnd night schedule weekend mute',
  showBadge: 'counter dock icon unread number',
  flashWindow: 'blink taskbar attention bounce',
  theme: 'dark mode night color appearance',
  textSizePercent: 'font zoom bigger larger scale',
  density: 'spacing rows list small',
  sendWith: 'enter return newline key',
  timeFormat: 'clock am pm hour',
  reduceMotion: 'animation accessibility',
  showSnippets: 'preview list last message',
  readReceipts: 'seen ticks privacy',
  typingSignals: 'indicator writing privacy dots',
  keepDays: 'retention history disappear expire delete',
  roomKeepDays: 'retention history channel expire delete',
  roomKeepMegabytes: 'storage disk size quota',
  filesDirectory: 'download path save location attachment',
  filesAccept: 'download attachment automatic receive',
  filesAcceptUpToMiB: 'download attachment size limit',
  filesRemovePlace: 'location gps exif metadata photo image privacy',
  filesBytesPerSecond: 'bandwidth throttle transfer rate upload',
  roomNotices: 'join leave enter presence channel',
  manualAddresses: 'ip host subnet vpn static',
  excludedInterfaces: 'vpn docker network card interface',
  passive: 'stealth silent listen only',
  multicastTtl: 'hops router subnet ttl',
  port: 'udp firewall number',
  startAtLogin: 'autostart boot launch login',
  startHidden: 'minimized background tray',
  keepRunning: 'tray close background quit',
  globalShortcut: 'hotkey keyboard key',
  hardwareAcceleration: 'gpu graphics flicker',
  logLevel: 'debug trace diagnostics verbose',
};
