import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { conversationOfRoom, toCursor } from '../../../../shared/lib/ids.ts';
import type { HallwayEvent } from '../../../core/hallway.ts';
import { createChatBell } from './chat-bell.ts';

function banner(hasSound: boolean): HallwayEvent {
  const conversation = conversationOfRoom('everyone');
  const rest = { kind: 'messages', cursor: toCursor('1'), level: 'none', count: 1, isNew: true, canReply: false } as const;
  return { type: 'notification', notification: { conversation, hasSound, ...rest } };
}

function ring(events: readonly HallwayEvent[], isTerminal = true): string {
  const output = new PassThrough();
  const bell = createChatBell(output, { isTerminal });
  for (const event of events) bell.onEvent(event);
  bell.end();
  return String(output.read() ?? '');
}

test('[NOTIFY-26] the bell rings for a banner with a sound alone', () => {
  expect([ring([banner(true), banner(false)]), ring([banner(false)])]).toEqual(['\u0007', '']);
});

test('[NOTIFY-26] the title counts unread messages, and the one before comes back', () => {
  const counts = [2, 0].map((count): HallwayEvent => ({ type: 'badge-changed', count }));
  expect(ring(counts)).toBe('\u001b[22;2t\u001b]2;(2) Hallway\u0007\u001b]2;Hallway\u0007\u001b[23;2t');
});

test('[NOTIFY-26] an output that is no terminal gets nothing', () => {
  expect(ring([banner(true), { type: 'badge-changed', count: 1 }], false)).toBe('');
});
