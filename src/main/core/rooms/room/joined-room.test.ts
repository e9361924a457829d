import { expect, it } from 'vitest';
import { createKeptRoom, hash, lunch, type KeptRoom } from '../../../../../test/fixtures/block-author.ts';
import { maxTopicLength } from '../../../../shared/contract/rooms.ts';
import { createStoreWriter, type StoreWriter } from '../../messaging/delivery/store-writer.ts';
import { StoreError, type StoredMessage } from '../../messaging/ports.ts';
import type { RoomRecord } from '../ports.ts';
import { decodeBlock, type SignedBlock } from '../wire/block.ts';
import { followBatches } from './followed-batch.ts';
import { createJoinedRoom, type JoinedRoom } from './joined-room.ts';

interface World extends KeptRoom {
  readonly room: JoinedRoom;
  /** Another one on the same store, as after a start. */
  restartRoom(): JoinedRoom;
  readonly writer: StoreWriter;
  readonly events: string[];
  readonly sent: SignedBlock[];
  own: { name: string };
  /** How often heads were sent. */
  heads(): number;
}

function createWorld(): World {
  const kept = createKeptRoom();
  const { clock, store, keeper, signatures } = kept;
  const own = { name: 'Me' };
  const events: string[] = [];
  const sent: SignedBlock[] = [];
  let headsCount = 0;
  const writer = createStoreWriter({ clock, store: followBatches(store, () => [keeper]), onProblem: () => undefined });
  const restartRoom = (): JoinedRoom =>
    createJoinedRoom(
      {
        clock,
        hash,
        identity: signatures.identity('Me'),
        store: store.rooms,
        persist: writer.persist,
        keeper,
        ownName: () => own.name,
        roomTimeMs: clock.wallMs,
        isUnclean: false,
        references: () => [],
        allowsTail: () => false,
        sendHeads: () => void (headsCount += 1),
        onTopic: () => void events.push('topic'),
        onWritten: (messages: readonly StoredMessage[]) => void events.push(...messages.map(({ text }) => `written ${text}`)),
        send(block, messages, isBySession) {
          sent.push(block);
          events.push(`${isBySession ? 'by session' : 'sent'} ${messages.map(({ text }) => text.slice(0, 9)).join()}`);
        },
      },
      store.rooms.rooms()[0] as RoomRecord,
    );
  return { ...kept, room: restartRoom(), restartRoom, writer, events, sent, own, heads: () => headsCount };
}

it('[ROOM-60] a message is persisted, then written, then sent, with all messages of its block', async () => {
  const { room, events, clock, sent } = createWorld();
  const saying = [room.say('1'), room.say('2'), room.say('3')];
  await clock.advance(1_000);
  const said = await Promise.all(saying);
  expect(said.map((message) => message?.sequence)).toEqual([1, 2, 3]);
  expect(events).toEqual(['written 1', 'sent 1', 'written 2', 'written 3', 'sent 2,3']);
  expect(sent.map(({ first, last }) => [first, last])).toEqual([
    [1, 1],
    [2, 3],
  ]);
});

it('[ROOM-60] what is said has its ticks whatever else is in the room, also with a later place', async () => {
  const { room, keeper, author, clock, events } = createWorld();
  const far = author('Far', clock.wallMs() + 86_400_000);
  for (let index = 0; index < 5; index += 1) keeper.keep(far.say([`ahead ${index}`]), false);
  const saying = room.say('now');
  await clock.advance(100);
  expect([(await saying)?.text, events]).toEqual(['now', ['written now', 'sent now']]);
});

it('[ROOM-38] after a group of writes that failed our next block follows the last one that is kept', async () => {
  const { room, writer, clock, sent, keeper, restart } = createWorld();
  const first = room.say('1');
  await clock.advance(100);
  await first;
  const second = room.say('2');
  const failing = writer.persist(() => {
    throw new StoreError('full', 'the disk is full');
  });
  await clock.advance(100);
  expect([(await second)?.text, await failing]).toEqual(['2', undefined]);
  const third = room.say('3');
  await clock.advance(100);
  await third;
  expect(sent.map(({ first: number }) => number)).toEqual([1, 2, 3]);
  expect(sent.map(({ previous }) => Buffer.from(previous).toString('hex')).slice(1)).toEqual(
    sent.slice(0, 2).map((block) => Buffer.from(block.hash.slice(0, 16)).toString('hex')),
  );
  expect([keeper.digest(), keeper.heldThrough(sent[0]?.tag ?? '')]).toEqual([restart().digest(), 3]);
});

it('[ROOM-60] a name that grows before the block is signed stops nothing', async () => {
  const { room, own, clock, sent } = createWorld();
  const saying = [room.say('x'.repeat(900)), ...Array.from({ length: 64 }, () => room.say('y'.repeat(8)))];
  own.name = 'n'.repeat(48);
  await clock.advance(5_000);
  expect((await Promise.all(saying)).every((message) => message !== undefined)).toBe(true);
  expect(sent.every(({ bytes }) => decodeBlock(bytes).ok && bytes.length <= 1_168)).toBe(true);
});

it('[ROOM-153] while more than 64 texts wait, all go by session, in their order, and heads follow', async () => {
  const { room, clock, sent, heads } = createWorld();
  const saying = Array.from({ length: 600 }, (_, index) => room.say(`${index}`));
  await clock.advance(500);
  const after = room.say('after');
  await clock.advance(2_000);
  const said = await Promise.all([...saying, after]);
  expect({
    texts: sent.flatMap(({ texts }) => texts),
    counts: sent.map(({ texts }) => texts.length),
    numbers: said.map((message) => message?.sequence),
    heads: heads(),
  }).toEqual({
    texts: [...saying.map((_, index) => `${index}`), 'after'],
    // The first left at once; the 65 behind it waited when it was too much.
    counts: [1, 256, 256, 87, 1],
    numbers: said.map((_, index) => index + 1),
    heads: 1,
  });
});

it('[ROOM-153] texts of 8 Mi characters wait, and more are refused', async () => {
  const { room, clock } = createWorld();
  const long = 'x'.repeat(16_000);
  const saying = Array.from({ length: 600 }, () => room.say(long));
  await clock.advance(5_000);
  const said = await Promise.all(saying);
  expect(said.filter((message) => message === undefined)).toHaveLength(600 - Math.floor((8 * 2 ** 20) / 16_000));
});

it('[ROOM-124] long texts go by session, in order', async () => {
  const { room, clock, events, sent } = createWorld();
  const saying = ['a', 'b'].map((letter) => room.say(letter.repeat(2_000)));
  await clock.advance(1_000);
  expect((await Promise.all(saying)).map((message) => message?.text.slice(0, 1))).toEqual(['a', 'b']);
  expect(events.filter((event) => event.startsWith('by session'))).toEqual(['by session aaaaaaaaa,bbbbbbbbb']);
  expect(sent.map(({ first, last }) => [first, last])).toEqual([[1, 2]]);
});

it('[ROOM-125] the topic is that of the latest place whose clock is not ahead, in any order', async () => {
  const { room, author, clock } = createWorld();
  const nowMs = clock.wallMs();
  const topic = (name: string, text: string, ms: number): SignedBlock =>
    author(name, ms).say([text], { type: 'topic', clock: { ms, count: 0 } });
  const note = async (block: SignedBlock): Promise<boolean> => {
    const noted = room.noteTopic(block);
    await clock.advance(10);
    return noted;
  };
  expect(await note(topic('Ana', 'later', nowMs + 20))).toBe(true);
  expect(await note(topic('Ben', 'earlier', nowMs))).toBe(false);
  expect(await note(topic('Far', 'in 2099', nowMs + 90_000))).toBe(false);
  expect(await note(topic('Cy', 't'.repeat(maxTopicLength + 1), nowMs + 30))).toBe(false);
  expect(await note(author('Di', nowMs + 40).say(['no topic']))).toBe(false);
  expect(room.record().topic).toMatchObject({ text: 'later', fromName: 'Ana' });
});

it('[ROOM-211] a topic that is ahead counts when its time comes, also after a start, and a later one stays ahead', async () => {
  const { room, author, clock, keeper, events, restartRoom } = createWorld();
  const nowMs = clock.wallMs();
  const topic = (name: string, text: string, ms: number): SignedBlock =>
    author(name, ms).say([text], { type: 'topic', clock: { ms, count: 0 } });
  const [soon, late] = [topic('Soon', 'soon', nowMs + 90_000), topic('Late', 'in 2099', nowMs + 10 ** 12)];
  for (const block of [late, soon]) {
    keeper.keep(block, false);
    void room.noteTopic(block);
  }
  const again = restartRoom();
  await clock.advance(29_000);
  const before = [room.record().topic?.text, again.record().topic?.text];
  await clock.advance(3_000);
  expect([before, room.record().topic?.text, again.record().topic?.text]).toEqual([[undefined, undefined], 'soon', 'soon']);
  expect(events).toEqual(['topic', 'topic']);
  for (const one of [room, again]) one.close();
  expect(clock.pendingTimers()).toBe(0);
});

it('[ROOM-60] a store that refuses keeps nothing, and what was said is answered', async () => {
  const { room, store, clock, events, keeper } = createWorld();
  const before = keeper.digest();
  store.rooms.leave(lunch);
  const saying = room.say('1');
  await clock.advance(100);
  expect([await saying, events, keeper.digest()]).toEqual([undefined, [], before]);
});

it('[ROOM-60] a room that is closed answers what waits, and sets no timer', async () => {
  const { room, clock, events } = createWorld();
  const saying = [room.say('1'), room.say('2')];
  room.close();
  await clock.advance(1_000);
  expect((await Promise.all(saying)).map((message) => message?.text)).toEqual(['1', undefined]);
  expect([events, clock.pendingTimers()]).toEqual([['written 1'], 0]);
});
