import { EventEmitter } from 'node:events';
import type { App } from 'electron';
import { expect, it } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { goodbyeLimitMs, quitAfter } from './quit.ts';

function createQuitFixture(stop: () => Promise<void>) {
  const clock = createFakeClock();
  const exits: number[] = [];
  const log: string[] = [];
  const app = Object.assign(new EventEmitter(), { exit: (code: number) => void exits.push(code) });
  let prevented = 0;
  quitAfter(app as unknown as App, { clock, log: { write: (_level, message) => void log.push(message) } }, stop);
  const quit = () => app.emit('will-quit', { preventDefault: () => (prevented += 1) });
  return { clock, exits, log, quit, prevented: () => prevented };
}

it('waits for the goodbye, says it once however often it is asked to quit, and leaves', async () => {
  let goodbyes = 0;
  let finish: () => void = () => undefined;
  const fixture = createQuitFixture(() => {
    goodbyes += 1;
    return new Promise((resolve) => (finish = resolve));
  });
  fixture.quit();
  fixture.quit();
  await fixture.clock.advance(100);
  expect({ goodbyes, exits: fixture.exits, prevented: fixture.prevented() }).toEqual({ goodbyes: 1, exits: [], prevented: 2 });
  finish();
  await fixture.clock.advance(0);
  expect({ exits: fixture.exits, timers: fixture.clock.pendingTimers(), log: fixture.log }).toEqual({
    exits: [0],
    timers: 0,
    log: [],
  });
});

it('leaves without it when it takes too long', async () => {
  const fixture = createQuitFixture(() => new Promise(() => undefined));
  fixture.quit();
  await fixture.clock.advance(goodbyeLimitMs - 1);
  expect(fixture.exits).toEqual([]);
  await fixture.clock.advance(1);
  expect({ exits: fixture.exits, log: fixture.log }).toEqual({ exits: [0], log: ['left without finishing the goodbye'] });
});

it('leaves when saying it fails', async () => {
  const fixture = createQuitFixture(() => Promise.reject(new Error('disk full')));
  fixture.quit();
  await fixture.clock.advance(0);
  expect({ exits: fixture.exits, log: fixture.log }).toEqual({ exits: [0], log: ['could not stop cleanly'] });
});
