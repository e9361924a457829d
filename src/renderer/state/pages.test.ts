import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { cursorAt } from '../../../test/fakes/cursors.ts';
import type { CallInput } from '../../shared/contract/index.ts';
import type { Message } from '../../shared/contract/messages.ts';
import { conversationOf, isLater, type Cursor } from '../../shared/lib/ids.ts';
import type { RpcClient } from '../../shared/rpc/rpc.ts';
import type { Page } from './message-window.ts';
import { fetchAround, fetchNewer, fetchOlder } from './pages.ts';

const conversation = conversationOf('p');

/** A core with messages at these positions. */
function clientOf(positions: readonly number[]): Pick<RpcClient, 'call'> {
  const cursors = positions.toSorted((a, b) => b - a).map(cursorAt);
  const pageOf = ({ limit, before, after }: CallInput<'history'>): readonly Cursor[] => {
    const found = cursors.filter((cursor) => (before === undefined || isLater(before, cursor)) && isLater(cursor, after));
    return after === undefined ? found.slice(0, limit) : found.slice(-limit);
  };
  const call = (_name: string, input: CallInput<'history'>): unknown => {
    const messages = pageOf(input).map((cursor): Partial<Message> => ({ cursor }));
    return Promise.resolve({ ok: true, output: { messages } });
  };
  return { call: call as RpcClient['call'] };
}

function cursorsOf(result: { readonly ok: boolean; readonly output?: Page }): readonly Cursor[] {
  return (result.output?.messages ?? []).map(({ cursor }) => cursor).toSorted();
}

const somePositions = fc.uniqueArray(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 100 });

test('pages in both directions are adjacent, and the last one is marked as the last', async () => {
  await fc.assert(
    fc.asyncProperty(somePositions, fc.nat({ max: 20_000 }), fc.integer({ min: 1, max: 30 }), async (all, from, limit) => {
      const sorted = all.toSorted((a, b) => a - b);
      const [later, earlier] = [sorted.filter((position) => position > from), sorted.filter((position) => position < from)];
      const newer = await fetchNewer(clientOf(all), conversation, limit, cursorAt(from));
      const older = await fetchOlder(clientOf(all), conversation, limit, cursorAt(from));
      expect([cursorsOf(newer), cursorsOf(older)]).toEqual([
        later.slice(0, limit).map(cursorAt),
        earlier.slice(-limit).map(cursorAt),
      ]);
      expect([newer, older]).toMatchObject([
        { output: { isEnd: later.length < limit } },
        { output: { isEnd: earlier.length < limit } },
      ]);
    }),
  );
});

test.each([
  ['in the middle', 700],
  ['that is the newest', 1_400],
])('the context of a message %s has no gaps, and includes it', async (_where, position) => {
  const all = Array.from({ length: 200 }, (_, index) => (index + 1) * 7);
  const found = cursorsOf(await fetchAround(clientOf(all), { conversation, cursor: cursorAt(position) }, 30));
  const first = all.map(cursorAt).indexOf(found[0] ?? cursorAt(0));
  expect([found, found.includes(cursorAt(position))]).toEqual([all.slice(first, first + found.length).map(cursorAt), true]);
});

test('a deleted message is not part of its context', async () => {
  const found = await fetchAround(clientOf([1, 2, 4, 5]), { conversation, cursor: cursorAt(3) }, 2);
  expect(cursorsOf(found)).toEqual([1, 2, 4, 5].map(cursorAt));
});
