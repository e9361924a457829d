import { describe, expect, it } from 'vitest';
import { createFakeClock } from '../../../../../test/fakes/fake-clock.ts';
import type { SignedBlock } from '../wire/block.ts';
import { createRepairs } from './repairs.ts';
import { modelBlock } from '../../../../../test/fixtures/room-model/model-log.ts';

const room = '0123456789abcdef';
const own = 'aaaaaaaa';
const other = 'bbbbbbbb';

function block(log: string, first: number, sizeBytes = 300): SignedBlock {
  const draft = { type: 'text' as const, texts: ['hello'], references: [] };
  return { ...modelBlock(room, 'author', `${log}00000000`, first, draft), bytes: new Uint8Array(sizeBytes).fill(first) };
}

/** Peers named `x@address` have that address; `gone` is not online. */
function setUp() {
  const clock = createFakeClock();
  const group: { readonly number: number | undefined; readonly askers: readonly string[] }[] = [];
  const unicast: { readonly to: string; readonly number: number | undefined; readonly atMs: number }[] = [];
  const heads: string[] = [];
  const askers = new Set<string>();
  const repairs = createRepairs({
    clock,
    isHere: (peerId) => peerId !== 'gone',
    addressOf: (peerId) => peerId.split('@')[1] ?? peerId,
    isOwnLog: (log) => log === own,
    loss: { asked: (peerId) => void askers.add(peerId) },
    sendToGroup: (bytes, asking) => void group.push({ number: bytes[0], askers: asking }),
    sendTo: (to, bytes) => void unicast.push({ to, number: bytes[0], atMs: clock.monotonicMs() }),
    sendHeads: (to) => void heads.push(to),
  });
  const ask = (asker: string, from: number, to = from, log = own) => repairs.asked(asker, room, [{ log, from, to }]);
  return { clock, repairs, group, unicast, heads, askers, ask };
}

describe('what is answered', () => {
  it('[ROOM-74] heads answer an ask for an old block, one by session, and a number never given, once a second', async () => {
    const { clock, repairs, group, unicast, heads, ask } = setUp();
    repairs.sent(block(own, 1));
    repairs.sent(block(own, 2), true);
    await clock.advance(100);
    ask('ana', 2);
    ask('ana', 2);
    ask('ben', 3);
    ask('gone', 1);
    await clock.advance(10_000);
    ask('ana', 1);
    expect({ group, unicast, heads }).toEqual({ group: [], unicast: [], heads: ['ana', 'ben', 'ana'] });
  });

  it('[ROOM-74] the fourth ask of a peer for one block is answered by heads', async () => {
    const { clock, repairs, unicast, heads, ask } = setUp();
    repairs.sent(block(own, 1));
    for (let asks = 0; asks < 4; asks += 1) {
      await clock.advance(100);
      ask('ana', 1);
    }
    expect({ unicast: unicast.length, heads }).toEqual({ unicast: 3, heads: ['ana'] });
  });

  it('[ROOM-74] an ask is read up to 16 ranges of 64 messages', async () => {
    const { clock, repairs, unicast } = setUp();
    for (const number of [1, 66, 17]) repairs.heard(block(other, number));
    await clock.advance(100);
    const far = Array.from({ length: 16 }, () => ({ log: other, from: 1_000, to: 1_000 }));
    repairs.asked('ana', room, [...far, { log: other, from: 1, to: 1 }]);
    repairs.asked('ana', room, [{ log: other, from: 1, to: 2 ** 24 }]);
    expect(unicast.map(({ number }) => number)).toEqual([1, 17]);
  });

  it('[ROOM-74] the 65th peer that asks for a block gets heads', async () => {
    const { clock, repairs, heads, ask } = setUp();
    repairs.sent(block(own, 1));
    await clock.advance(100);
    for (let index = 0; index < 65; index += 1) ask(`peer${index}`, 1);
    expect(heads).toEqual(['peer64']);
  });

  it('[ROOM-75] an ask that crossed with the block is ignored, and the next one is the first', async () => {
    const { clock, repairs, group, unicast, askers, ask } = setUp();
    repairs.sent(block(own, 1));
    await clock.advance(19);
    ask('ana', 1);
    ask('ben', 1);
    expect({ group, unicast, askers }).toEqual({ group: [], unicast: [], askers: new Set(['ana', 'ben']) });
    await clock.advance(1);
    ask('ana', 1);
    expect(group).toEqual([{ number: 1, askers: ['ana', 'ben'] }]);
  });

  it('[ROOM-79] a block of another author is repaired to the asker only', async () => {
    const { clock, repairs, group, unicast, heads, ask } = setUp();
    repairs.sent(block(own, 1));
    repairs.heard(block(other, 7));
    await clock.advance(100);
    for (const asker of ['ana', 'ben', 'cleo']) ask(asker, 7, 7, other);
    ask('ana', 8, 8, other);
    expect({ group, to: unicast.map(({ to }) => to), heads }).toEqual({ group: [], to: ['ana', 'ben', 'cleo'], heads: [] });
  });
});

describe('group or one peer', () => {
  it('[ROOM-76] the first asker is repaired alone, the second makes it a repair to the group', async () => {
    const { clock, repairs, group, unicast, ask } = setUp();
    repairs.sent(block(own, 1));
    await clock.advance(100);
    ask('ana@10.0.0.1', 1);
    ask('ana2@10.0.0.1', 1);
    expect({ group: group.length, unicast: unicast.length }).toEqual({ group: 0, unicast: 2 });
    ask('ben@10.0.0.2', 1);
    expect({ group: group.length, unicast: unicast.length }).toEqual({ group: 1, unicast: 2 });
  });

  it('[ROOM-76] the first asker gets a repair to the group where most blocks have several askers', async () => {
    const { clock, repairs, group, unicast, ask } = setUp();
    for (let number = 1; number <= 5; number += 1) {
      repairs.sent(block(own, number));
      await clock.advance(100);
      for (const asker of ['ana', 'ben', 'cleo']) ask(asker, number);
    }
    unicast.length = group.length = 0;
    repairs.sent(block(own, 6));
    await clock.advance(100);
    ask('dan', 6);
    expect({ group: group.length, unicast: unicast.length }).toEqual({ group: 1, unicast: 0 });
  });

  it('[ROOM-76] one bad receiver never causes a repair to the group', async () => {
    const { clock, repairs, group, unicast, ask } = setUp();
    for (let number = 1; number <= 50; number += 1) {
      repairs.sent(block(own, number));
      for (let asks = 0; asks < 3; asks += 1) {
        await clock.advance(100);
        ask('ana', number);
      }
    }
    expect({ group: group.length, unicast: unicast.length }).toEqual({ group: 0, unicast: 150 });
  });

  it('[ROOM-77] a block is repeated to the group four times, then to single peers', async () => {
    const { clock, repairs, group, unicast, ask } = setUp();
    for (let number = 1; number <= 10; number += 1) repairs.sent(block(own, number));
    for (let index = 0; index < 10; index += 1) {
      await clock.advance(100);
      ask(`peer${index}`, 1);
    }
    expect({ group: group.length, unicast: unicast.length }).toEqual({ group: 4, unicast: 6 });
  });

  it('[ROOM-77] each fresh block brings four tokens, and 64 are saved', async () => {
    const { clock, repairs, group, ask } = setUp();
    for (let number = 1; number <= 40; number += 1) repairs.sent(block(own, number));
    for (let round = 0; round < 5; round += 1) {
      await clock.advance(1_000);
      for (let number = 1; number <= 40; number += 1) ask(`peer${round}`, number);
    }
    await clock.advance(3_000);
    expect(group.length).toBe(64);
  });
});

it('[ROOM-77] heads to the group cost a token too', () => {
  const { repairs } = setUp();
  expect(repairs.takeToken()).toBe(false);
  repairs.sent(block(own, 1));
  expect(Array.from({ length: 5 }, () => repairs.takeToken())).toEqual([true, true, true, true, false]);
});

describe('rates', () => {
  it('[ROOM-78] a peer gets 64 repairs and 64 KiB in a second', async () => {
    const { clock, repairs, unicast, ask } = setUp();
    for (let number = 1; number <= 120; number += 1) repairs.heard(block(other, number, number > 60 ? 8_192 : 300));
    await clock.advance(100);
    ask('ana', 61, 120, other);
    await clock.advance(2_000);
    expect(unicast.map(({ number }) => number)).toEqual([61, 62, 63, 64, 65, 66, 67, 68]);
  });

  it('[ROOM-78] repairs go at 40 a second with a burst of 16, and 16 wait at most', async () => {
    const { clock, repairs, unicast, ask } = setUp();
    for (let number = 1; number <= 60; number += 1) repairs.heard(block(other, number));
    await clock.advance(100);
    ask('ana', 1, 60, other);
    const atOnce = unicast.length;
    await clock.advance(10);
    const soon = unicast.length;
    await clock.advance(2_000);
    expect({ atOnce, soon, all: unicast.length }).toEqual({ atOnce: 8, soon: 16, all: 24 });
  });

  it('[ROOM-78] a repair to the group overtakes those to single peers, and replaces those of its block', async () => {
    const { clock, repairs, group, unicast, ask } = setUp();
    for (let number = 1; number <= 40; number += 1) repairs.heard(block(other, number));
    repairs.sent(block(own, 1));
    await clock.advance(100);
    ask('eve', 1, 19, other);
    ask('ana', 1);
    ask('ben', 1);
    await clock.advance(20);
    expect(group.length).toBe(1);
    await clock.advance(2_000);
    expect(unicast.filter(({ to }) => to === 'ana')).toEqual([]);
    repairs.close();
    expect(clock.pendingTimers()).toBe(0);
  });
});
