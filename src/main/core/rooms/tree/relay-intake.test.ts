import { beforeEach, describe, expect, it } from 'vitest';
import { createKeptRoom, hash, lunch, type BlockAuthor, type KeptRoom } from '../../../../../test/fixtures/block-author.ts';
import { toHex } from '../../lib/hex.ts';
import type { SignedBlock } from '../wire/block.ts';
import { createRelayIntake, type RelayIntake } from './relay-intake.ts';

let room: KeptRoom;
let ana: BlockAuthor;
let intake: RelayIntake;
let log: string[];
let handled: Set<string>;
let verified: number;
let relayed: number;

beforeEach(() => {
  room = createKeptRoom();
  ana = room.author('ana');
  [log, handled, verified, relayed] = [[], new Set(), 0, 0];
  const { clock, signatures, keeper, known, blocked } = room;
  intake = createRelayIntake({
    ...{ clock, hash },
    signatures: {
      ...signatures,
      verify(...all) {
        verified += 1;
        return signatures.verify(...all);
      },
    },
    tree: {
      serve: (_room, blocks, list, hops) => void log.push(`serve ${blocks.length} to ${list.join()} at ${hops}`),
    },
    send(peerId, frame) {
      log.push(`${frame.type} to ${peerId}`);
      return true;
    },
    closeSession: (peerId, reason) => void log.push(`close ${peerId} ${reason}`),
    isMember: (peerId, id) => peerId !== 'stranger' && id === lunch,
    membersByTag: () => new Map(['ben', 'cia', 'dan'].map((name) => [tagOf(name), name])),
    isHandled: (bytes) => handled.has(toHex(bytes)),
    isKnown: (peerId) => known.has(peerId),
    isHere: () => false,
    isBlocked: (peerId) => blocked.has(peerId),
    keep(block) {
      handled.add(toHex(block.bytes));
      const { kind } = keeper.keep(block, false);
      return Promise.resolve(kind === 'new' ? 'new' : kind === 'had' ? 'had' : 'refused');
    },
    onNew: (from) => void log.push(`new from ${from}`),
    onRepeated: (from) => void log.push(`again from ${from}`),
    onWrong: (peerId) => void log.push(`wrong ${peerId}`),
    onRelayed: (_room, messages) => (relayed += messages),
  });
});

function tagOf(name: string): string {
  return toHex(new TextEncoder().encode(name.padEnd(8)));
}

function relay(
  from: string,
  blocks: readonly Pick<SignedBlock, 'bytes'>[],
  names: readonly string[] = [],
  hops = 1,
): Promise<void> {
  return intake.onRelay(from, { room: lunch, hops, tags: names.map(tagOf), blocks: blocks.map(({ bytes }) => bytes) });
}

describe('a block that a peer passes on', () => {
  it('[ROOM-146] is verified, kept, taken and then passed on to the list', async () => {
    await relay('parent', [ana.say(['hello'])], ['ben', 'cia']);
    expect({ log, relayed }).toEqual({ log: ['new from parent', 'taken to parent', 'serve 1 to ben,cia at 2'], relayed: 1 });
  });

  it('[ROOM-146] goes to members that are here, not to its author, nor back', async () => {
    await relay('ben', [room.author('zoe').say(['hello'])], ['ben', 'cia', 'nobody', 'cia']);
    expect(log.at(-1)).toBe('serve 1 to cia at 2');
  });

  it('[ROOM-147] is taken if it is here already, and checked again only if somebody is to get it', async () => {
    const block = ana.say(['hello']);
    await relay('parent', [block]);
    await relay('other', [block]);
    const after = verified;
    await relay('other', [block], ['ben']);
    expect({ after, verified, log: log.slice(2) }).toEqual({
      ...{ after: 1, verified: 2 },
      log: ['again from other', 'taken to other', 'again from other', 'taken to other', 'serve 1 to ben at 2'],
    });
  });

  it('[ROOM-147] goes to each peer once, whatever lists come', async () => {
    const block = ana.say(['hello']);
    for (const names of [['ben'], ['ben', 'cia'], ['cia', 'ben'], ['dan']]) await relay('parent', [block], names);
    expect(log.filter((line) => line.startsWith('serve'))).toEqual([
      'serve 1 to ben at 2',
      'serve 1 to cia at 2',
      'serve 1 to dan at 2',
    ]);
  });

  it('[ROOM-147] is not passed on after twelve steps', async () => {
    await relay('parent', [ana.say(['hello'])], ['ben'], 12);
    expect(log).toEqual(['new from parent', 'taken to parent']);
  });

  it('[ROOM-147] is kept and not passed on, if its author is blocked', async () => {
    room.blocked.add(ana.peerId);
    await relay('parent', [ana.say(['hello'])], ['ben']);
    expect(log).toEqual(['new from parent', 'taken to parent']);
  });
});

describe('a hostile peer', () => {
  it.each([
    ['changes a byte', (bytes: Uint8Array) => bytes.map((byte, index) => (index === 120 ? byte ^ 1 : byte))],
    ['sends garbage', () => new Uint8Array(100)],
  ])('[ROOM-148] that %s loses its session, and passes on nothing for an hour', async (_what, change) => {
    const block = ana.say(['hello']);
    await relay('liar', [{ bytes: change(block.bytes) }], ['ben']);
    await relay('liar', [block]);
    const before = [...log];
    await room.clock.advance(3_600_001);
    await relay('liar', [block]);
    expect({ before, after: log.slice(before.length) }).toEqual({
      before: ['wrong liar', 'close liar unexpected'],
      after: ['new from liar', 'taken to liar'],
    });
  });

  it('[ROOM-149] that is no member, or speaks of another room, is not heard', async () => {
    await relay('stranger', [ana.say(['hello'])]);
    expect({ log, verified }).toEqual({ log: [], verified: 0 });
  });

  it('[ROOM-149] that floods us gets 400 frames checked at first, and 100 in each second', async () => {
    for (let index = 0; index < 2_000; index += 1) await relay('flood', [ana.say(['x'])]);
    const first = verified;
    await room.clock.advance(1_000);
    for (let index = 0; index < 2_000; index += 1) await relay('flood', [ana.say(['x'])]);
    expect({ first, next: verified - first }).toEqual({ first: 400, next: 100 });
  });

  it('[ROOM-149] that makes up authors gets 20 of them checked in a second', async () => {
    const crowd = Array.from({ length: 100 }, (_, index) => room.author(`fresh ${index}`));
    room.known.clear();
    for (const author of crowd) await relay('ben', [author.say(['x'])]);
    expect(verified).toBe(20);
  });

  it('[ROOM-149] makes us send at most 64 MiB at once to its lists', async () => {
    const long = 'x'.repeat(16_000);
    const texts = Array.from({ length: 8 }, () => long);
    for (let index = 0; index < 300; index += 1) await relay('ben', [ana.say(texts)], ['cia', 'dan']);
    const served = log.filter((line) => line.startsWith('serve')).length;
    expect({ isBounded: served * 2 * 8 * 16_000 <= 66 * 2 ** 20, hasServed: served > 200 }).toEqual({
      isBounded: true,
      hasServed: true,
    });
  });
});
