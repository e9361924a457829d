import { expect, it } from 'vitest';
import { createKeptRoom, hash, type KeptRoom } from '../../../../../test/fixtures/block-author.ts';
import { maxMessageNumber, type SignedBlock } from '../wire/block.ts';
import { createOwnLog, type OwnLog } from './own-log.ts';

const day = 86_400_000;

function ownLogIn({ keeper, signatures }: KeptRoom, isUnclean = false): OwnLog {
  return createOwnLog({
    identity: signatures.identity('Ana'),
    hash,
    keeper,
    ownName: () => 'Ana',
    isUnclean,
    closed: [],
    onClose: () => undefined,
  });
}

function sign(log: OwnLog, text: string, roomTimeMs: number): SignedBlock {
  return log.sign({ type: 'text', texts: [text], references: [] }, roomTimeMs);
}

/** Signs and keeps. */
function say(room: KeptRoom, log: OwnLog, text: string, roomTimeMs = room.clock.wallMs()): SignedBlock {
  const block = sign(log, text, roomTimeMs);
  expect(room.keeper.keep(block, true).kind).toBe('new');
  return block;
}

it('[ROOM-123] our next block goes on in the newest of our logs, also after a start', () => {
  const room = createKeptRoom();
  const first = say(room, ownLogIn(room), '1');
  const second = say(room, ownLogIn(room), '2');
  expect([first.first, second.first, second.tag]).toEqual([1, 2, first.tag]);
  expect([...second.previous]).toEqual([...first.hash.slice(0, 16)]);
});

it('[ROOM-123] after a run that did not end in order a new log begins', () => {
  const room = createKeptRoom();
  const first = say(room, ownLogIn(room), '1');
  const log = ownLogIn(room, true);
  expect(log.tag()).toBeUndefined();
  const next = say(room, log, '2');
  expect([next.first, next.tag === first.tag]).toEqual([1, false]);
  expect(say(room, log, '3')).toMatchObject({ first: 2, tag: next.tag });
});

it('[ROOM-123] a block that was signed and not persisted does not end the wait for a new log', () => {
  const room = createKeptRoom();
  const first = say(room, ownLogIn(room), '1');
  const log = ownLogIn(room, true);
  const lost = sign(log, 'lost', room.clock.wallMs());
  const next = sign(log, 'again', room.clock.wallMs());
  expect([lost.first, next.first]).toEqual([1, 1]);
  expect(next.tag).not.toBe(first.tag);
});

it('[ROOM-123] two copies that hear each other settle on one log each', () => {
  const [one, other] = [createKeptRoom(), createKeptRoom()];
  const [logOfOne, logOfOther] = [ownLogIn(one), ownLogIn(other)];
  const first = say(one, logOfOne, '1');
  other.keeper.keep(first, true);
  const tags = [];
  for (let turn = 0; turn < 6; turn += 1) {
    const [from, to, log, heard] = turn % 2 === 0 ? [other, one, logOfOther, logOfOne] : [one, other, logOfOne, logOfOther];
    const block = say(from, log, `turn ${turn}`);
    to.keeper.keep(block, true);
    heard.copyHeard(block.tag);
    tags.push(block.tag);
  }
  expect(new Set(tags).size).toBe(2);
  expect([...one.keeper.logs.entries()].length).toBe(2);
});

it('[ROOM-29] one new log is enough after our clock was set back', () => {
  const room = createKeptRoom();
  const nowMs = room.clock.wallMs();
  const log = ownLogIn(room);
  const ahead = say(room, log, 'tomorrow', nowMs + day);
  const blocks = ['1', '2', '3'].map((text) => say(room, log, text, nowMs));
  expect(blocks.map(({ first }) => first)).toEqual([1, 2, 3]);
  expect(new Set(blocks.map(({ tag }) => tag)).size).toBe(1);
  expect(blocks[0]?.tag).not.toBe(ahead.tag);
});

it('[ROOM-123] two logs that begin in one millisecond have two epochs', () => {
  const room = createKeptRoom();
  const first = say(room, ownLogIn(room), '1');
  const other = createOwnLog({
    identity: room.signatures.identity('Ana'),
    hash,
    keeper: { ...room.keeper, newestClock: () => undefined },
    ownName: () => 'Ana',
    isUnclean: true,
    closed: [],
    onClose: () => undefined,
  });
  expect(sign(other, '2', first.epoch).epoch).toBe(first.epoch - 1);
});

it('[ROOM-123] a log that has no room for all messages of a block ends, and a new one begins', () => {
  const room = createKeptRoom();
  const first = say(room, ownLogIn(room), '1');
  // All numbers but the last are taken.
  const full = { ...first, last: maxMessageNumber - 1 };
  const lastOf = (tag: string) => (tag === first.tag ? full : undefined);
  const log = ownLogIn({ ...room, keeper: { ...room.keeper, lastOf } });
  const blocks = [['last'], ['one', 'too many']].map((texts) =>
    log.sign({ type: 'text', texts, references: [] }, room.clock.wallMs() + 1),
  );
  expect(blocks.map((block) => ({ first: block.first, isSame: block.tag === first.tag }))).toEqual([
    { first: maxMessageNumber, isSame: true },
    { first: 1, isSame: false },
  ]);
});

it('[ROOM-29] room time that moves back by 90 s keeps our messages in their order, in one log', () => {
  const room = createKeptRoom();
  const nowMs = room.clock.wallMs();
  const log = ownLogIn(room);
  room.keeper.keep(room.author('Fast', nowMs + 60_000).say(['drags us ahead']), false);
  const blocks = [nowMs, nowMs - 90_000, nowMs - 80_000, nowMs].map((ms, index) => say(room, log, `${index}`, ms));
  expect(new Set(blocks.map(({ tag }) => tag)).size).toBe(1);
  expect(blocks.map(({ clock }) => [clock.ms - nowMs, clock.count])).toEqual([
    [60_000, 1],
    [60_000, 2],
    [60_000, 3],
    [60_000, 4],
  ]);
});
