import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { createWebSocketLink, firstPauseMs, longestPauseMs, maxWaitingBytes } from './websocket-link.ts';
import type { WebSocketLike } from './websocket-link.ts';

function createFakeSocket(address: string) {
  const socket = {
    address,
    sent: [] as string[],
    readyState: 0,
    bufferedAmount: 0,
    onopen: null as WebSocketLike['onopen'],
    onclose: null as WebSocketLike['onclose'],
    onmessage: null as WebSocketLike['onmessage'],
    send: (text: string) => void socket.sent.push(text),
    close: () => socket.end(),
    open() {
      socket.readyState = 1;
      socket.onopen?.(undefined as never);
    },
    end() {
      socket.readyState = 3;
      socket.onclose?.(undefined as never);
    },
    receive: (data: unknown) => socket.onmessage?.({ data } as MessageEvent<unknown>),
  };
  return socket;
}

function createWebsocketLinkFixture() {
  const clock = createFakeClock();
  const sockets: ReturnType<typeof createFakeSocket>[] = [];
  const connectedAtMs: number[] = [];
  const link = createWebSocketLink(
    {
      setTimer: clock.setTimer,
      fraction: () => 1,
      connect(address) {
        connectedAtMs.push(clock.monotonicMs());
        const socket = createFakeSocket(address);
        sockets.push(socket);
        return socket;
      },
    },
    { address: 'ws://127.0.0.1:1/link?token=t' },
  );
  const emitted: string[] = [];
  link.onOpen(() => emitted.push('open'));
  link.onClose(() => emitted.push('closed'));
  const latest = () => sockets.at(-1) ?? createFakeSocket('none');
  return { clock, link, sockets, latest, emitted, connectedAtMs };
}

describe('messages', () => {
  test('are JSON text in both directions', () => {
    const { link, latest } = createWebsocketLinkFixture();
    const heard: unknown[] = [];
    link.onMessage((message) => heard.push(message));
    latest().open();
    link.send({ a: [1, null] });
    latest().receive('{"b":2}');
    expect([latest().sent, heard]).toEqual([['{"a":[1,null]}'], [{ b: 2 }]]);
  });

  test.each(['', '{', 'undefined', new ArrayBuffer(4), 7])('drops data that is not JSON text: %s', (data) => {
    const { link, latest } = createWebsocketLinkFixture();
    const heard: unknown[] = [];
    link.onMessage((message) => heard.push(message));
    latest().open();
    latest().receive(data);
    expect(heard).toEqual([]);
  });

  test('drops messages sent before the link is open', () => {
    const { link, latest } = createWebsocketLinkFixture();
    link.send('early');
    latest().open();
    expect(latest().sent).toEqual([]);
  });

  test('closes the socket of a host that stops reading, instead of buffering', () => {
    const { link, latest, emitted } = createWebsocketLinkFixture();
    latest().open();
    latest().bufferedAmount = maxWaitingBytes + 1;
    link.send('one too many');
    expect([latest().sent, emitted]).toEqual([[], ['open', 'closed']]);
  });
});

describe('reconnecting', () => {
  test('backs off up to the longest delay', async () => {
    const { clock, latest, connectedAtMs } = createWebsocketLinkFixture();
    for (let attempt = 0; attempt < 8; attempt += 1) {
      latest().end();
      await clock.advance(longestPauseMs);
      // Back to the moment of connecting; the rest of the step does not count.
    }
    const pauses = connectedAtMs.slice(1).map((atMs, index) => atMs - index * longestPauseMs);
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000, 10_000]);
  });

  test('resets the back-off after a connection', async () => {
    const { clock, latest, sockets, emitted } = createWebsocketLinkFixture();
    latest().end();
    await clock.advance(firstPauseMs);
    latest().end();
    await clock.advance(2 * firstPauseMs);
    latest().open();
    latest().end();
    await clock.advance(firstPauseMs);
    latest().open();
    expect([sockets.length, emitted]).toEqual([4, ['open', 'closed', 'open']]);
  });

  test('a failed attempt emits no close', async () => {
    const { clock, latest, emitted } = createWebsocketLinkFixture();
    latest().end();
    await clock.advance(firstPauseMs);
    expect(emitted).toEqual([]);
  });

  test('ends with close', async () => {
    const { clock, link, latest, sockets } = createWebsocketLinkFixture();
    latest().open();
    link.close();
    await clock.advance(60_000);
    expect([sockets.length, clock.pendingTimers()]).toEqual([1, 0]);
  });
});

test('a late listener learns at once that the link is open', () => {
  const { link, latest } = createWebsocketLinkFixture();
  latest().open();
  let opened = 0;
  link.onOpen(() => (opened += 1));
  expect(opened).toBe(1);
});
