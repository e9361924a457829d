import { expect, it } from 'vitest';
import { createMemoryStore } from '../../../src/main/node/storage/memory/memory-store.ts';
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { ana, incoming, messageId, outgoing, texts } from './sample-messages.ts';

it('is bounded: it drops the oldest messages except waiting ones, and none of them is new when sent again', () => {
  const store = createMemoryStore({ clock: createFakeClock() }, { maxMessages: 100 });
  store.addOutgoing(outgoing(1, ana));
  store.addOutgoing(outgoing(2, ana));
  store.setState(messageId(2), 'delivered');
  for (let number = 3; number <= 150; number += 1) store.addIncoming(incoming(number, ana));
  const kept = texts(store.exportMessages());
  expect(kept.length).toBeLessThanOrEqual(100);
  expect(kept.length).toBeGreaterThan(85);
  expect([kept[0], kept.at(-1)]).toEqual(['message 1', 'message 150']);
  expect(kept).not.toContain('message 2');
  expect(store.addIncoming(incoming(3, ana))).toBeUndefined();
  expect(store.conversations(1)[0]?.last.text).toBe('message 150');
});
