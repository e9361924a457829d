import { expect, it, test } from 'vitest';
import { fakePeerId } from '../../../../test/fakes/fake-hallway.ts';
import { conversationOf, conversationOfRoom } from '../../../shared/lib/ids.ts';
import { decide, historyAfterMs, type Attention, type Circumstances, type Decision, type News } from './policy.ts';

/** A Wednesday. */
const nowMs = Date.UTC(2026, 0, 7, 12);
const noon = { day: 3, minuteOfDay: 12 * 60 };
const ana = conversationOf(fakePeerId(1));
const bo = conversationOf(fakePeerId(2));
const room = conversationOfRoom('everyone');

const fromAna: News = {
  conversation: ana,
  isRoom: false,
  isOwn: false,
  isBlocked: false,
  isMuted: false,
  isMention: false,
  sentAtMs: nowMs,
  isLate: false,
};
const inRoom: News = { ...fromAna, conversation: room, isRoom: true };

const usual: Circumstances = {
  settings: {
    notifyMessages: true,
    notifyRooms: 'mentions',
    doNotDisturbUntilMs: null,
    quietHours: null,
  },
  status: () => 'available',
  pages: [],
  banner: 'none',
  nowMs,
  localTime: () => noon,
};

function page(isFocused: boolean, conversation: Attention['conversation'] = null): Attention {
  return { isFocused, conversation };
}

const { settings } = usual;
const mention: News = { ...inRoom, isMention: true };
const history = { ...mention, sentAtMs: nowMs - historyAfterMs - 1 };
const workingDays = { days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' };
const nights = { days: [0, 1, 2, 3, 4, 5, 6], from: '22:00', to: '07:00' };

const rows: readonly (readonly [string, Partial<News>, Partial<Circumstances>, Decision])[] = [
  ['[NOTIFY-1] a first message', {}, {}, 'show'],
  ['[NOTIFY-1] the next message of that person', {}, { banner: 'fresh' }, 'replace'],
  ['[NOTIFY-1] a message after a summary of history', {}, { banner: 'summary' }, 'replace'],
  ['[NOTIFY-2] our own message', { isOwn: true }, {}, 'nothing'],
  ['[NOTIFY-2] our own message in a room', { ...inRoom, isOwn: true, isMention: true }, {}, 'nothing'],
  ['[NOTIFY-2] a blocked person', { isBlocked: true }, {}, 'nothing'],
  ['[NOTIFY-2] a blocked person who mentions us', { ...inRoom, isBlocked: true, isMention: true }, {}, 'nothing'],
  ['[NOTIFY-2] a muted room', { ...inRoom, isMuted: true, isMention: true }, {}, 'nothing'],
  ['[NOTIFY-2] a muted person', { isMuted: true }, {}, 'nothing'],
  ['[NOTIFY-3] its end is in view of a focused window', {}, { pages: [page(true, ana)] }, 'nothing'],
  ['[NOTIFY-3] the room in view', mention, { pages: [page(true, room)] }, 'nothing'],
  ['[NOTIFY-3] in view of the second page', {}, { pages: [page(true, bo), page(true, ana)] }, 'nothing'],
  ['[NOTIFY-3] in view and busy', {}, { pages: [page(true, ana)], status: () => 'busy' }, 'nothing'],
  ['[NOTIFY-3] its end in a window without focus', {}, { pages: [page(false, ana)] }, 'show'],
  ['[NOTIFY-4] a focused window with another conversation', {}, { pages: [page(true, bo)] }, 'silent'],
  ['[NOTIFY-4] a focused window without a conversation', {}, { pages: [page(true)] }, 'silent'],
  ['[NOTIFY-4] one of two windows has the focus', {}, { pages: [page(false, ana), page(true, bo)] }, 'silent'],
  ['[NOTIFY-4] no window has the focus', {}, { pages: [page(false), page(false, bo)] }, 'show'],
  ['[NOTIFY-5] messages turned off', {}, { settings: { ...settings, notifyMessages: false } }, 'silent'],
  ['[NOTIFY-5] messages turned off, a mention in a room', mention, { settings: { ...settings, notifyMessages: false } }, 'show'],
  ['[NOTIFY-6] a line in a room without a mention', inRoom, {}, 'silent'],
  ['[NOTIFY-6] a mention', mention, {}, 'show'],
  ['[NOTIFY-6] a second mention', mention, { banner: 'fresh' }, 'replace'],
  ['[NOTIFY-6] any line, with all rooms on', inRoom, { settings: { ...settings, notifyRooms: 'all' } }, 'show'],
  ['[NOTIFY-6] a mention, with rooms off', mention, { settings: { ...settings, notifyRooms: 'none' } }, 'silent'],
  ['[NOTIFY-6] a message of a person, with rooms off', {}, { settings: { ...settings, notifyRooms: 'none' } }, 'show'],
  ['[NOTIFY-7] do not disturb', {}, { settings: { ...settings, doNotDisturbUntilMs: nowMs + 1 } }, 'silent'],
  [
    '[NOTIFY-7] do not disturb, with a banner',
    {},
    { banner: 'fresh', settings: { ...settings, doNotDisturbUntilMs: nowMs + 1 } },
    'silent',
  ],
  ['[NOTIFY-7] do not disturb ended', {}, { settings: { ...settings, doNotDisturbUntilMs: nowMs } }, 'show'],
  ['[NOTIFY-8] in quiet hours', {}, { settings: { ...settings, quietHours: workingDays } }, 'silent'],
  [
    '[NOTIFY-8] on another day',
    {},
    { localTime: () => ({ ...noon, day: 6 }), settings: { ...settings, quietHours: workingDays } },
    'show',
  ],
  [
    '[NOTIFY-8] as they begin',
    {},
    { localTime: () => ({ day: 3, minuteOfDay: 540 }), settings: { ...settings, quietHours: workingDays } },
    'silent',
  ],
  [
    '[NOTIFY-8] as they end',
    {},
    { localTime: () => ({ day: 3, minuteOfDay: 1_020 }), settings: { ...settings, quietHours: workingDays } },
    'show',
  ],
  [
    '[NOTIFY-8] after midnight',
    {},
    { localTime: () => ({ day: 3, minuteOfDay: 60 }), settings: { ...settings, quietHours: nights } },
    'silent',
  ],
  [
    '[NOTIFY-8] before midnight',
    {},
    { localTime: () => ({ day: 3, minuteOfDay: 1_400 }), settings: { ...settings, quietHours: nights } },
    'silent',
  ],
  ['[NOTIFY-8] at noon', {}, { settings: { ...settings, quietHours: nights } }, 'show'],
  [
    '[NOTIFY-8] the night that began on Friday',
    {},
    { localTime: () => ({ day: 6, minuteOfDay: 60 }), settings: { ...settings, quietHours: { ...nights, days: [5] } } },
    'silent',
  ],
  [
    '[NOTIFY-8] the night that begins on Saturday',
    {},
    { localTime: () => ({ day: 6, minuteOfDay: 60 }), settings: { ...settings, quietHours: { ...nights, days: [6] } } },
    'show',
  ],
  [
    '[NOTIFY-8] Sunday, after the night of Saturday',
    {},
    { localTime: () => ({ day: 0, minuteOfDay: 60 }), settings: { ...settings, quietHours: { ...nights, days: [6] } } },
    'silent',
  ],
  ['[NOTIFY-8] a whole day', {}, { settings: { ...settings, quietHours: { days: [3], from: '00:00', to: '00:00' } } }, 'silent'],
  ['[NOTIFY-9] busy', {}, { status: () => 'busy' }, 'silent'],
  ['[NOTIFY-9] busy, and mentioned', mention, { status: () => 'busy' }, 'silent'],
  ['[NOTIFY-9] away', {}, { status: () => 'away' }, 'show'],
  ['[NOTIFY-12] history', history, {}, 'show'],
  ['[NOTIFY-12] more history after its summary', history, { banner: 'summary' }, 'silent'],
  ['[NOTIFY-12] history after fresh messages', history, { banner: 'fresh' }, 'replace'],
  ['[NOTIFY-12] a late line after a summary', { ...inRoom, isMention: true, isLate: true }, { banner: 'summary' }, 'silent'],
  ['[NOTIFY-12] just not history', { ...mention, sentAtMs: nowMs - historyAfterMs }, { banner: 'summary' }, 'replace'],
  ['[NOTIFY-12] a message of a person that is old', { sentAtMs: 0 }, { banner: 'fresh' }, 'replace'],
  ["[NOTIFY-12] an author's clock that is ahead", { ...mention, sentAtMs: nowMs + 86_400_000 }, { banner: 'summary' }, 'replace'],
];

it.each(rows)('%s', (_title, news, circumstances, decision) => {
  expect(decide({ ...fromAna, ...news }, { ...usual, ...circumstances })).toBe(decision);
});

test('the table has rows for every decision', () => {
  expect(new Set(rows.map(([, , , decision]) => decision))).toEqual(new Set(['show', 'replace', 'silent', 'nothing']));
});
