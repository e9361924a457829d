import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { conversationOf } from '../../shared/lib/ids.ts';
import type { Message } from '../../shared/contract/messages.ts';
import type { RpcClient } from '../../shared/rpc/rpc.ts';
import { fetchAround, fetchNewer } from './pages.ts';

/** A core that has messages at these positions, and counts the questions. */
function createScene(positions: readonly number[]) {
  let questions = 0;
  const messages = positions.toSorted((a, b) => b - a).map((position) => ({ position }) as Message);
  const call = (_name: string, { limit, beforePosition = Infinity }: { limit: number; beforePosition?: number }): unknown => {
    questions += 1;
    return Promise.resolve({
      ok: true,
      output: { messages: messages.filter(({ position }) => position < beforePosition).slice(0, limit) },
    });
  };
  return { client: { call: call as RpcClient['call'] }, questions: () => questions };
}

const somePositions = fc.uniqueArray(fc.integer({ min: 1, max: 20_000 }), { minLength: 1, maxLength: 300, size: 'max' });

test('what comes after a position is the very next messages, however far apart they lie', async () => {
  await fc.assert(
    fc.asyncProperty(
      somePositions,
      fc.nat({ max: 20_000 }),
      fc.integer({ min: 1, max: 30 }),
      async (all, afterPosition, limit) => {
        const { client } = createScene(all);
        const lastPosition = Math.max(...all);
        const result = await fetchNewer(client, conversationOf('p'), limit, { afterPosition, lastPosition });
        const found = result.ok ? result.output.messages.map(({ position }) => position).toSorted((a, b) => a - b) : [];
        const next = all.filter((position) => position > afterPosition).toSorted((a, b) => a - b);
        expect(found).toEqual(next.slice(0, found.length));
        expect(found.length > 0 || next.length === 0).toBe(true);
        expect(result.ok && result.output.isEnd ? found.length === next.length : true).toBe(true);
      },
    ),
  );
});

test('a conversation that rested for a million messages of others costs few questions', async () => {
  const { client, questions } = createScene([1, ...Array.from({ length: 500 }, (_, index) => 1_000_000 + index)]);
  const result = await fetchNewer(client, conversationOf('p'), 60, { afterPosition: 1, lastPosition: 1_000_499 });
  expect([result.ok && result.output.messages.length > 0, questions() < 30]).toEqual([true, true]);
});

test('the neighbours of a message are without gaps, and it is among them', async () => {
  const all = Array.from({ length: 200 }, (_, index) => (index + 1) * 7);
  const { client } = createScene(all);
  const result = await fetchAround(client, { conversation: conversationOf('p'), position: 700 }, 30, 1_400);
  const found = result.ok ? result.output.messages.map(({ position }) => position).toSorted((a, b) => a - b) : [];
  const first = all.indexOf(found[0] ?? 0);
  expect([found, found.includes(700), found.length > 30]).toEqual([all.slice(first, first + found.length), true, true]);
});
