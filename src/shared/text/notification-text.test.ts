import { expect, it } from 'vitest';
import { describeNotification, type BannerParts } from './notification-text.ts';

const ana: BannerParts = { kind: 'messages', level: 'text', name: 'Ana', count: 1 };
const text = 'See you at two';

it.each<[string, BannerParts, string, string]>([
  ['a message', { ...ana, text }, 'Ana', 'See you at two'],
  ['several messages', { ...ana, count: 3 }, 'Ana', '3 new messages'],
  ['the sender alone', { ...ana, level: 'sender' }, 'Ana', 'New message'],
  ['nothing', { ...ana, level: 'none', text }, 'Hallway', ''],
  ['a line of a room', { ...ana, room: 'everyone', text }, '#everyone', 'Ana: See you at two'],
  ['its author alone', { ...ana, room: 'everyone' }, '#everyone', 'Ana: New message'],
  ['several lines of a room', { ...ana, room: 'everyone', count: 12 }, '#everyone', '12 new messages'],
  ['a message that was refused', { ...ana, kind: 'failed' }, 'Ana', "Your message wasn't delivered."],
  [
    'an offer of one file',
    { ...ana, files: { name: 'report.pdf', fileCount: 1, totalBytes: 2_100_000 } },
    'Ana',
    'Wants to send you report.pdf (2.1 MB)',
  ],
  [
    'an offer of several files',
    { ...ana, files: { name: 'a', fileCount: 3, totalBytes: 2_100_000 } },
    'Ana',
    'Wants to send you 3 files (2.1 MB)',
  ],
  [
    'a file that arrived',
    { ...ana, kind: 'received', files: { name: 'report.pdf', fileCount: 1, totalBytes: 9 } },
    'Ana',
    'Received: report.pdf',
  ],
  ['files that arrived, without their names', { ...ana, kind: 'received', level: 'sender' }, 'Ana', 'Files have arrived.'],
  ['a private room', { ...ana, room: 'Plans', isPrivate: true, text }, 'Plans', 'Ana: See you at two'],
  ['a sender without a name', { ...ana, name: '', text }, 'Hallway', 'See you at two'],
])('[NOTIFY-13] %s', (_what, parts, title, body) => {
  expect(describeNotification(parts)).toEqual({ title, body });
});
