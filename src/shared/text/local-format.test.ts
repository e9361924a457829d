import { afterEach, expect, test } from 'vitest';
import { createLocalFormat, followTimeZone } from './local-format.ts';

const systemZone = process.env['TZ'];

afterEach(() => {
  if (systemZone === undefined) delete process.env['TZ'];
  else process.env['TZ'] = systemZone;
  followTimeZone();
});

test('formats in the time zone of now, after a look', () => {
  process.env['TZ'] = 'Etc/UTC';
  followTimeZone();
  const clock = createLocalFormat({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const noonMs = Date.UTC(2026, 0, 2, 12, 30);
  const inUtc = clock.format(noonMs);
  process.env['TZ'] = 'Asia/Tokyo';
  const zone = followTimeZone();
  expect({ inUtc, zone, inTokyo: clock.format(noonMs) }).toEqual({ inUtc: '12:30', zone: 'Asia/Tokyo', inTokyo: '21:30' });
});
