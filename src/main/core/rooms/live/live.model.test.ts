/**
 * Measures loss detection and repair in the model of `test/fixtures/room-model/room-model.ts` (rules ROOM-84 and
 * ROOM-85), and prints the figures that it asserts.
 */
import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { createRoomModel, modelRoom, type RoomModel } from '../../../../../test/fixtures/room-model/room-model.ts';

interface Scene {
  readonly nodes: number;
  readonly perSecond: number;
  readonly messages: number;
  /** The chance that this receiver loses a datagram at that time. */
  readonly loss: (receiver: number, nowMs: number) => number;
  /** Runs before the first message. */
  readonly prepare?: (model: RoomModel, every: (ms: number, act: () => void) => void) => void;
}

/** Long enough for a message that only a beacon shows, and for sessions. */
const settleMs = 30_000;

/** Each node is deaf for 3 s in a minute, at a time of its own. */
const burst = { everyMs: 60_000, lengthMs: 3_000, shiftMs: 7_777 };

const busy = { perSecond: 200, messages: 2_000 };

async function measure(name: string, { nodes, perSecond, messages, loss, prepare }: Scene) {
  const clock = createFakeClock();
  const random = createSeededRandom(name);
  const model = createRoomModel({ clock, random }, { nodes, loss });
  let isOver = false;
  const every = (ms: number, act: () => void): void => {
    act();
    if (!isOver) clock.setTimer(() => every(ms, act), ms);
  };
  prepare?.(model, every);
  for (let said = 0; said < messages; said += 1) {
    await clock.advance((-Math.log(1 - random.fraction()) * 1_000) / perSecond);
    model.say(Math.floor(random.fraction() * nodes));
  }
  await clock.advance(settleMs);
  isOver = true;
  const figures = figuresOf(model);
  model.close();
  await clock.advance(settleMs);
  console.log(
    `ROOM-MODEL ${name}: ${Object.entries(figures)
      .map(([key, value]) => `${key} ${value.toFixed(2)}`)
      .join(', ')}`,
  );
  return { ...figures, timersLeft: clock.pendingTimers() };
}

/** Copies, unicast copies, asks and heads are per fresh block; times are in milliseconds. */
function figuresOf({ counts, waitsMs, allMs, missing }: RoomModel) {
  return {
    missing: missing(),
    copies: (counts.fresh + counts.repairs + counts.heads) / counts.fresh,
    unicast: counts.unicast / counts.fresh,
    asks: counts.asks / counts.fresh,
    heads: counts.heads / counts.fresh,
    wants: counts.wants,
    p50: percentile(waitsMs, 0.5),
    p95: percentile(waitsMs, 0.95),
    p99: percentile(waitsMs, 0.99),
    allP50: percentile(allMs, 0.5),
    allP95: percentile(allMs, 0.95),
    allMax: percentile(allMs, 1),
  };
}

function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

describe('a room that loses datagrams', () => {
  const goals = [
    { nodes: 50, share: 0, copies: 1.05, p99: 80, allP95: 80 },
    { nodes: 50, share: 0.01, copies: 1.4, p99: 80, allP95: 150 },
    { nodes: 50, share: 0.05, copies: 2.2, p99: 80, allP95: 200 },
    { nodes: 50, share: 0.2, copies: 3.6, p99: 250, allP95: 600 },
    { nodes: 20, share: 0.05, copies: 1.7, p99: 100, allP95: 200 },
    { nodes: 20, share: 0.2, copies: 2.8, p99: 350, allP95: 600 },
  ];
  for (const { nodes, share, ...limits } of goals)
    it(`[ROOM-84] ${nodes} nodes at ${share * 100} % loss have every message, within the limits`, async () => {
      const figures = await measure(`${nodes} nodes, ${share * 100} %`, { nodes, ...busy, loss: () => share });
      expect(figures).toMatchObject({ missing: 0, timersLeft: 0 });
      for (const [key, limit] of Object.entries(limits))
        expect(figures[key as keyof typeof limits], key).toBeLessThanOrEqual(limit);
    });

  it.each([0, 0.05, 0.2])('[ROOM-84] 3 nodes at a loss of %d have every message', async (share) => {
    const figures = await measure(`3 nodes, ${share * 100} %`, { nodes: 3, perSecond: 30, messages: 1_000, loss: () => share });
    expect(figures).toMatchObject({ missing: 0, timersLeft: 0 });
    expect(figures.copies).toBeLessThanOrEqual(1.65);
  });

  it('[ROOM-84] one bad receiver is repaired by unicast, and the group hears little of it', async () => {
    const figures = await measure('one at 30 %', { nodes: 50, ...busy, loss: (receiver) => (receiver === 7 ? 0.3 : 0.002) });
    expect(figures).toMatchObject({ missing: 0, timersLeft: 0 });
    expect(figures.copies).toBeLessThanOrEqual(1.05);
    expect(figures.allP95).toBeLessThanOrEqual(400);
  });

  it('[ROOM-84] nodes that are deaf for 3 s in a minute catch up', async () => {
    const loss = (receiver: number, nowMs: number) =>
      (nowMs + receiver * burst.shiftMs) % burst.everyMs < burst.lengthMs ? 1 : 0;
    const figures = await measure('bursts of 3 s', { nodes: 50, ...busy, loss });
    expect(figures).toMatchObject({ missing: 0, timersLeft: 0 });
    expect(figures.copies).toBeLessThanOrEqual(3.5);
    expect(figures.unicast).toBeLessThanOrEqual(2);
  });

  it('[ROOM-84] a quiet room at 5 % finds lost tails by heads', async () => {
    const figures = await measure('50 nodes, 5 %, 2/s', { nodes: 50, perSecond: 2, messages: 400, loss: () => 0.05 });
    expect(figures).toMatchObject({ missing: 0, timersLeft: 0 });
    expect(figures.p99).toBeLessThanOrEqual(350);
    expect(figures.heads).toBeGreaterThan(0);
  });
});

describe('a room with liars', () => {
  /** Asks every author for all its newest messages, as fast as it can. */
  function askForAll(model: RoomModel, asker: string): void {
    for (const { id, tag, repairs, logs } of model.nodes) {
      const log = tag.slice(0, 8);
      const top = logs.get(log)?.top ?? 0;
      if (id !== asker) repairs.asked(asker, modelRoom, [{ log, from: Math.max(1, top - 15), to: top }]);
    }
  }

  /** Names messages that nobody gave, of logs that exist and of others. */
  function lie(model: RoomModel, source: string, round: number): void {
    const references = model.nodes.flatMap(({ tag, logs }) => {
      const log = tag.slice(0, 8);
      return [
        { tag: log, number: (logs.get(log)?.top ?? 0) + 1 + (round % 60) },
        { tag: (0x80000000 + round).toString(16), number: 1 },
      ];
    });
    for (const { id, gaps } of model.nodes) if (id !== source) gaps.heardSay(source, modelRoom, references);
  }

  /** A minute, with the time to settle. */
  const scene = { nodes: 20, perSecond: 40, messages: 1_200, loss: () => 0 };

  it.each([2, 6])(
    '[ROOM-85] %d peers that ask for everything get at most 5 datagrams to the group per fresh block',
    async (count) => {
      const liars = Array.from({ length: count }, (_, index) => `node${index}`);
      const figures = await measure(`${count} ask for all`, {
        ...scene,
        prepare: (model, every) => every(25, () => liars.forEach((asker) => askForAll(model, asker))),
      });
      expect(figures.copies).toBeGreaterThan(1.5);
      expect(figures.copies).toBeLessThanOrEqual(5);
      expect(figures).toMatchObject({ missing: 0, timersLeft: 0 });
    },
  );

  it('[ROOM-85] one peer that asks for everything makes nobody repeat anything to the group', async () => {
    const figures = await measure('one asks for all', {
      ...scene,
      prepare: (model, every) => every(25, () => askForAll(model, 'node0')),
    });
    expect(figures).toMatchObject({ missing: 0, copies: 1, timersLeft: 0 });
    expect(figures.unicast).toBeLessThanOrEqual(3);
  });

  it('[ROOM-85] forged references cost a few asks, and nobody repeats or misses anything', async () => {
    let round = 0;
    const figures = await measure('forged references', {
      ...scene,
      prepare: (model, every) => every(50, () => lie(model, 'node0', (round += 1))),
    });
    expect(figures).toMatchObject({ missing: 0, copies: 1, timersLeft: 0 });
    expect(figures.asks * scene.messages).toBeLessThanOrEqual(19 * 8 * 5);
  });
});
