import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cursorAt } from '../../../test/fakes/cursors.ts';
import type { CallInput } from '../../shared/contract/index.ts';
import { maxPage, type Message } from '../../shared/contract/messages.ts';
import { conversationOf, isLater } from '../../shared/lib/ids.ts';
import type { RpcClient } from '../../shared/rpc/rpc.ts';
import { fetchRange, heldInRange, isInRange, maxCopied, maxCopiedLength, rangeOver, wholeConversation } from './message-range.ts';
import type { MessageRange } from './message-range.ts';
import { openWindow } from './message-window.ts';

const conversation = conversationOf('p');

function messageAt(position: number, text = `message ${position}`): Message {
  const times = { sentAtMs: position, receivedAtMs: position };
  return { messageId: `m${position}`, conversation, from: 'ana', fromName: 'Ana', text, cursor: cursorAt(position), ...times };
}

/** A core with these messages, oldest first. It counts its answers. */
function clientOf(messages: readonly Message[]) {
  const limits: number[] = [];
  const call = (_name: string, { limit, before, after }: CallInput<'history'>): unknown => {
    limits.push(limit);
    const inside = messages.filter(({ cursor }) => (before === undefined || isLater(before, cursor)) && isLater(cursor, after));
    const page = after === undefined ? inside.slice(-limit) : inside.slice(0, limit);
    return Promise.resolve({ ok: true, output: { messages: page.toReversed() } });
  };
  return { call: call as RpcClient['call'], limits };
}

async function fetchedBy(client: Pick<RpcClient, 'call'>, range: MessageRange) {
  const result = await fetchRange(client, conversation, range);
  if (!result.ok) throw new Error(result.message);
  return result.output;
}

const someNumbers = fc.uniqueArray(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 700 });

test('a range has exactly its messages, fetched in bounded pages, or from those that the page holds', async () => {
  await fc.assert(
    fc.asyncProperty(someNumbers, fc.nat({ max: 900 }), fc.nat({ max: 900 }), async (numbers, a, b) => {
      const all = numbers.toSorted((x, y) => x - y).map((position) => messageAt(position));
      const range = rangeOver([cursorAt(a), cursorAt(b)]) ?? wholeConversation;
      const [from, to] = a === b ? [0, Infinity] : [Math.min(a, b), Math.max(a, b)];
      const expected = { messages: all.filter(({ sentAtMs }) => sentAtMs >= from && sentAtMs <= to), isCut: false };
      const client = clientOf(all);
      expect(await fetchedBy(client, range)).toEqual(expected);
      expect(Math.max(...client.limits)).toBeLessThanOrEqual(maxPage);
      expect(heldInRange(openWindow({ messages: all, isEnd: true }, 0), range)).toEqual(expected);
    }),
    { numRuns: 50 },
  );
});

test('the page holds a range only if its window reaches both ends', () => {
  const window = openWindow({ messages: [4, 5, 6].map((position) => messageAt(position)), isEnd: false }, 0, true);
  const between = (a: number, b: number): number | undefined =>
    heldInRange(window, rangeOver([cursorAt(a), cursorAt(b)]) ?? {})?.messages.length;
  expect({
    inside: between(5, 6),
    all: between(6, 4),
    earlier: between(3, 6),
    later: between(4, 7),
    toTheEnd: heldInRange(window, { first: cursorAt(5) }),
    whole: heldInRange(window, wholeConversation),
  }).toEqual({ inside: 2, all: 3, earlier: undefined, later: undefined, toTheEnd: undefined, whole: undefined });
});

test('a range over one message is none', () => {
  expect([rangeOver([]), rangeOver([cursorAt(1)]), rangeOver([cursorAt(1), cursorAt(1)])]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  const range = rangeOver([cursorAt(3), cursorAt(1), cursorAt(2)]) ?? {};
  expect([0, 1, 2, 3, 4].map((position) => isInRange(range, cursorAt(position)))).toEqual([false, true, true, true, false]);
});

test('of too many messages it takes the latest, and says so', async () => {
  const all = Array.from({ length: maxCopied + 1 }, (_, index) => messageAt(index + 1));
  const client = clientOf(all);
  const { messages, isCut } = await fetchedBy(client, wholeConversation);
  const { isCut: isWholeCut } = await fetchedBy(clientOf(all.slice(1)), wholeConversation);
  expect({ count: messages.length, first: messages[0]?.text, isCut, isWholeCut }).toEqual({
    count: maxCopied,
    first: 'message 2',
    isCut: true,
    isWholeCut: false,
  });
  expect(client.limits.length).toBeLessThanOrEqual(maxCopied / maxPage + 1);
});

test('of too long messages it takes the latest, and says so', async () => {
  const long = 'x'.repeat(maxCopiedLength / 4);
  const all = [1, 2, 3, 4, 5].map((position) => messageAt(position, long));
  const fetched = await fetchedBy(clientOf(all), wholeConversation);
  expect(fetched).toEqual({ messages: all.slice(1), isCut: true });
  expect(heldInRange(openWindow({ messages: all, isEnd: true }, 0), wholeConversation)).toEqual(fetched);
});

test('a failed page fails the range', async () => {
  const failure = { ok: false, code: 'closed', message: 'The connection to Hallway was lost.' };
  const client = { call: (() => Promise.resolve(failure)) as unknown as RpcClient['call'] };
  const range = rangeOver([cursorAt(1), cursorAt(2)]) ?? {};
  expect([await fetchRange(client, conversation, range), await fetchRange(client, conversation, {})]).toEqual([failure, failure]);
});
