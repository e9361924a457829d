import { expect, test } from 'vitest';
import { createNodeRecord } from './node-record.ts';

const ownId = 'a'.repeat(52);
const anaId = 'b'.repeat(52);
const ready = { event: 'ready', peerId: ownId, name: 'me', tcpPort: 0, unicastPort: 1, interfaces: [] };
const peer = {
  peerId: anaId,
  name: 'Ana',
  host: 'h1',
  status: 'available',
  note: '',
  addresses: [],
  presence: 'online',
  lastSeenMs: 1,
  verified: false,
};

function recordOf(...events: readonly unknown[]): ReturnType<typeof createNodeRecord> {
  const record = createNodeRecord();
  for (const [index, event] of events.entries()) record.add(event, index);
  return record;
}

test('the events determine the listed peers', () => {
  const record = recordOf(ready, { event: 'peer-joined', peer }, { event: 'peer-updated', peer: { ...peer, note: 'tea' } });
  expect([...record.peers.values()]).toEqual([{ ...peer, note: 'tea' }]);
  record.add({ event: 'peer-left', peerId: anaId, name: 'Ana', reason: 'goodbye' }, 3);
  expect([record.peers.size, record.ready?.atMs, record.events.length, record.violations]).toEqual([0, 0, 4, []]);
});

test.each([
  ['an unknown event', [ready, { event: 'surprise' }]],
  ['an unknown property', [ready, { event: 'peer-joined', peer: { ...peer, colour: 'red' } }]],
  ['a missing property', [{ ...ready, tcpPort: undefined }]],
  ['a peer before ready', [{ event: 'peer-joined', peer }]],
  ['the node itself', [ready, { event: 'peer-joined', peer: { ...peer, peerId: ownId } }]],
  ['a peer that joins twice', [ready, { event: 'peer-joined', peer }, { event: 'peer-joined', peer }]],
  ['an update of a stranger', [ready, { event: 'peer-updated', peer }]],
  ['a departure of a stranger', [ready, { event: 'peer-left', peerId: anaId, name: 'Ana', reason: 'goodbye' }]],
  ['a second ready', [ready, ready]],
])('%s is a violation', (_, events) => {
  expect(recordOf(...events).violations).toHaveLength(1);
});
