import { expect, test } from 'vitest';
import { createFakeClock } from '../../../test/fakes/fake-clock.ts';
import { createTicker } from './ticker.ts';

function createTickerFixture() {
  const clock = createFakeClock({ wallMs: 1_000_000 });
  const listeners = new Set<() => void>();
  const document = {
    visibilityState: 'visible' as DocumentVisibilityState,
    addEventListener: (_type: string, listener: () => void) => void listeners.add(listener),
    removeEventListener: (_type: string, listener: () => void) => void listeners.delete(listener),
  };
  let timeZone = 'Etc/UTC';
  const readTimeZone = (): string => timeZone;
  const ticker = createTicker({
    wallMs: clock.wallMs,
    readTimeZone,
    setTimer: clock.setTimer,
    document: document as unknown as Document,
  });
  const setVisibility = (state: DocumentVisibilityState): void => {
    document.visibilityState = state;
    for (const listener of listeners) listener();
  };
  const travel = (to: string): void => {
    timeZone = to;
  };
  return { clock, ticker, setVisibility, listeners, travel };
}

test('ticks every second while it has a listener', async () => {
  const { clock, ticker, listeners } = createTickerFixture();
  const heard: number[] = [];
  const undo = ticker.subscribe(() => heard.push(ticker.nowMs()));
  await clock.advance(2_500);
  undo();
  undo();
  await clock.advance(5_000);
  expect([heard, clock.pendingTimers(), listeners.size]).toEqual([[1_001_000, 1_002_000], 0, 0]);
});

test('pauses while the page is hidden, and catches up when it is visible', async () => {
  const { clock, ticker, setVisibility } = createTickerFixture();
  const heard: number[] = [];
  ticker.subscribe(() => heard.push(ticker.nowMs()));
  setVisibility('hidden');
  await clock.advance(60_000);
  const whileHidden = [heard.length, clock.pendingTimers()];
  setVisibility('visible');
  await clock.advance(1_000);
  expect([whileHidden, heard]).toEqual([
    [0, 0],
    [1_060_000, 1_061_000],
  ]);
});

test('starts from the present after a time without listeners', async () => {
  const { clock, ticker } = createTickerFixture();
  await clock.advance(10_000);
  ticker.subscribe(() => undefined);
  expect(ticker.nowMs()).toBe(1_010_000);
});

test('follows the time zone of the system', async () => {
  const { clock, ticker, travel } = createTickerFixture();
  const heard: string[] = [];
  ticker.subscribe(() => heard.push(ticker.timeZone()));
  await clock.advance(1_000);
  travel('Asia/Tokyo');
  await clock.advance(1_000);
  expect(heard).toEqual(['Etc/UTC', 'Asia/Tokyo']);
});
