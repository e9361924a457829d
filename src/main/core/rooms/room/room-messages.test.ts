import { expect, it } from 'vitest';
import { createKeptRoom } from '../../../../../test/fixtures/block-author.ts';
import { conversationOfRoom } from '../../../../shared/lib/ids.ts';
import { createRoomMessages } from './room-messages.ts';

const inLunch = conversationOfRoom('lunch');

function createWorld() {
  const room = createKeptRoom();
  const own = room.author('Me');
  const messages = createRoomMessages({
    store: room.store,
    ownPeerId: own.peerId,
    roomTimeMs: room.clock.wallMs,
    countOf: () => ({ count: 1, of: 2 }),
  });
  return { ...room, own, messages };
}

it('[ROOM-127] what is ahead is left out of the history, both ways, and has a call of its own', async () => {
  const { keeper, messages, author, clock } = createWorld();
  const nowMs = clock.wallMs();
  keeper.keep(author('Ana').say(['now 1']), false);
  const far = author('Far', nowMs + 190_000);
  keeper.keep(far.say(['ahead 1']), false);
  keeper.keep(far.say(['ahead 2']), false);
  keeper.keep(author('Ben', nowMs + 1).say(['now 2']), false);
  const page = messages.history(inLunch, { limit: 10 });
  expect(page.map(({ text, ahead }) => [text, ahead])).toEqual([
    ['now 2', false],
    ['now 1', false],
  ]);
  const after = page.at(-1)?.cursor;
  expect(after && messages.history(inLunch, { limit: 10, after }).map(({ text }) => text)).toEqual(['now 2']);
  expect(messages.ahead(inLunch).map(({ text, ahead }) => [text, ahead])).toEqual([
    ['ahead 1', true],
    ['ahead 2', true],
  ]);
  await clock.advance(40_000);
  expect(messages.history(inLunch, { limit: 10 }).map(({ text }) => text)).toEqual(['ahead 1', 'now 2', 'now 1']);
  expect(messages.ahead(inLunch).map(({ text }) => text)).toEqual(['ahead 2']);
});

it('[ROOM-127] late is what others said more than 2 min before it came, and never our own', () => {
  const { keeper, messages, author, own, clock } = createWorld();
  const nowMs = clock.wallMs();
  const lateOf = (name: string, startMs: number): boolean | undefined => {
    const kept = keeper.keep(author(name, startMs).say(['said']), false);
    return 'messages' in kept ? kept.messages.map((message) => messages.shown(message).late)[0] : undefined;
  };
  expect([lateOf('Ana', nowMs - 120_000), lateOf('Ben', nowMs - 120_001)]).toEqual([false, true]);
  const kept = keeper.keep(own.say(['mine'], { epoch: 1, clock: { ms: nowMs - 999_999, count: 0 } }), true);
  const shown = 'messages' in kept ? kept.messages.map(messages.shown) : [];
  expect(shown).toMatchObject([{ late: false, keptBy: { count: 1, of: 2 } }]);
});

it('[ROOM-127] a direct message is no message of a room', () => {
  const { messages, keeper, author } = createWorld();
  const kept = keeper.keep(author('Ana').say(['said']), false);
  const [message] = 'messages' in kept ? kept.messages : [];
  expect(messages.get(message?.messageId ?? '')).toMatchObject({ text: 'said', late: false, ahead: false });
  expect(messages.get('0192a5b0-1111-7abc-9def-0123456789ab')).toBeUndefined();
});
