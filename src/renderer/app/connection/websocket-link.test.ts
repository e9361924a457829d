import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { createWebSocketLink, firstPauseMs, longestPauseMs, maxWaitingBytes, openingLimitMs } from './websocket-link.ts';
import { takeLinkKeys, type LinkKeys } from './link-keys.ts';
import type { WebSocketLike } from './websocket-link.ts';
import { refusalCodes } from '../../../shared/rpc/link-opening.ts';
import { createFixedKeys, createSignerAtOnce, fixedPort, fixedToken, hmac } from '../../../../test/fixtures/link-ends.ts';

const hostNonce = 'h'.repeat(43);

/** Lets all promises settle that wait for nothing else. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

interface FakeHost {
  /** The host's answer to the page's messages until now. */
  challenge(sent: readonly string[]): unknown;
  welcome(sent: readonly string[]): unknown;
}

function createFakeHost(secret: string = fixedToken, given: object = {}, port = fixedPort): FakeHost {
  return {
    challenge(sent) {
      const { nonce } = JSON.parse(sent[0] ?? '{}') as { nonce: string };
      return { type: 'challenge', nonce: hostNonce, proof: hmac(secret, `hallway-link/2 host\n${port}\n${nonce}\n${hostNonce}`) };
    },
    welcome: () => ({ type: 'welcome', ...given }),
  };
}

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
    /** The host's side of an opening. */
    host: createFakeHost(),
    async open() {
      socket.readyState = 1;
      socket.onopen?.(undefined as never);
      for (const message of ['challenge', 'welcome'] as const) {
        socket.receive(JSON.stringify(socket.host[message](socket.sent)));
        await settled();
      }
      socket.sent.splice(0);
    },
    end(code = 1006) {
      socket.readyState = 3;
      socket.onclose?.({ code } as CloseEvent);
    },
    receive: (data: unknown) => socket.onmessage?.({ data } as MessageEvent<unknown>),
  };
  return socket;
}

function createWebsocketLinkFixture(keys: LinkKeys = createFixedKeys()) {
  const clock = createFakeClock();
  const sockets: ReturnType<typeof createFakeSocket>[] = [];
  const connectedAtMs: number[] = [];
  const link = createWebSocketLink({
    setTimer: clock.setTimer,
    fraction: () => 1,
    keys,
    createNonce: () => 'p'.repeat(43),
    connect(address) {
      connectedAtMs.push(clock.monotonicMs());
      const socket = createFakeSocket(address);
      sockets.push(socket);
      return socket;
    },
  });
  const emitted: string[] = [];
  link.onOpen(() => emitted.push('open'));
  link.onClose(() => emitted.push('closed'));
  link.onTrouble((trouble) => emitted.push(`trouble: ${trouble}`));
  const latest = () => sockets.at(-1) ?? createFakeSocket('none');
  return { clock, link, sockets, latest, emitted, connectedAtMs };
}

describe('messages', () => {
  test('are JSON text in both directions', async () => {
    const { link, latest } = createWebsocketLinkFixture();
    const heard: unknown[] = [];
    link.onMessage((message) => heard.push(message));
    await latest().open();
    link.send({ a: [1, null] });
    latest().receive('{"b":2}');
    expect([latest().sent, heard]).toEqual([['{"a":[1,null]}'], [{ b: 2 }]]);
  });

  test.each(['', '{', 'undefined', new ArrayBuffer(4), 7])('drops data that is not JSON text: %s', async (data) => {
    const { link, latest } = createWebsocketLinkFixture();
    const heard: unknown[] = [];
    link.onMessage((message) => heard.push(message));
    await latest().open();
    latest().receive(data);
    expect(heard).toEqual([]);
  });

  test('drops messages sent before the link is open', async () => {
    const { link, latest } = createWebsocketLinkFixture();
    link.send('early');
    await latest().open();
    expect(latest().sent).toEqual([]);
  });

  test('closes the socket of a host that stops reading, instead of buffering', async () => {
    const { link, latest, emitted } = createWebsocketLinkFixture();
    await latest().open();
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
    await latest().open();
    latest().end();
    await clock.advance(firstPauseMs);
    await latest().open();
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
    await latest().open();
    link.close();
    await clock.advance(60_000);
    expect([sockets.length, clock.pendingTimers()]).toEqual([1, 0]);
  });
});

describe('the opening', () => {
  test('[LINK-7] sends a nonce, then a proof, and never the key', async () => {
    const { latest } = createWebsocketLinkFixture();
    const socket = latest();
    socket.readyState = 1;
    socket.onopen?.(undefined as never);
    socket.receive(JSON.stringify(socket.host.challenge(socket.sent)));
    await settled();
    expect(socket.sent.map((text) => JSON.parse(text) as unknown)).toEqual([
      { type: 'hello', key: 'page-1', nonce: 'p'.repeat(43) },
      { type: 'proof', proof: hmac(fixedToken, `hallway-link/2 page\n${fixedPort}\n${'p'.repeat(43)}\n${hostNonce}`) },
    ]);
  });

  test('is open only after the welcome, and carries no message of the opening', async () => {
    const { link, latest, emitted } = createWebsocketLinkFixture();
    const heard: unknown[] = [];
    link.onMessage((message) => heard.push(message));
    const socket = latest();
    socket.readyState = 1;
    socket.onopen?.(undefined as never);
    socket.receive(JSON.stringify(socket.host.challenge(socket.sent)));
    await settled();
    link.send('early');
    const before = [...emitted];
    socket.receive('{"type":"welcome"}');
    await settled();
    expect({ before, emitted, heard, sent: socket.sent.length }).toEqual({ before: [], emitted: ['open'], heard: [], sent: 2 });
  });

  const strange = 'w'.repeat(43);
  test.each<[string, unknown[]]>([
    ['a proof by another key', [{ type: 'challenge', nonce: hostNonce, proof: strange }]],
    ['a welcome without a proof', [{ type: 'welcome' }]],
    ['an answer to a call', [{ type: 'reply', id: 1, output: {} }]],
    ['nothing readable', ['?']],
    [
      "the page's own nonce and proof",
      [{ type: 'challenge', nonce: 'p'.repeat(43), proof: hmac(fixedToken, 'hallway-link/2 page\n') }],
    ],
    [
      'the proof of a host on another port',
      [createFakeHost(fixedToken, {}, fixedPort + 1).challenge([JSON.stringify({ nonce: 'p'.repeat(43) })])],
    ],
  ])('[LINK-7] gives nothing to a host that sends %s, and says so', async (_what, messages) => {
    const { link, latest, emitted } = createWebsocketLinkFixture();
    const socket = latest();
    socket.readyState = 1;
    socket.onopen?.(undefined as never);
    for (const message of messages) socket.receive(JSON.stringify(message));
    await settled();
    link.send({ secret: 'hunter2' });
    const late: string[] = [];
    link.onTrouble((trouble) => late.push(trouble));
    expect({ emitted, late, readyState: socket.readyState, sent: socket.sent.map((text) => text.includes('hello')) }).toEqual({
      emitted: ['trouble: wrong-host'],
      late: ['wrong-host'],
      readyState: 3,
      sent: [true],
    });
  });

  test('[LINK-34] finds the host again after another program answered in its place', async () => {
    const { clock, latest, emitted } = createWebsocketLinkFixture();
    await latest().open();
    latest().end();
    await clock.advance(firstPauseMs);
    latest().host = createFakeHost('another key');
    await latest().open();
    await clock.advance(2 * firstPauseMs);
    await latest().open();
    expect(emitted).toEqual(['open', 'closed', 'trouble: wrong-host', 'open']);
  });

  test.each(Object.values(refusalCodes))('[LINK-34] goes on after code %d, by which anything may refuse it', async (code) => {
    const { clock, latest, emitted } = createWebsocketLinkFixture();
    latest().end(code);
    await clock.advance(firstPauseMs);
    await latest().open();
    expect(emitted).toEqual(['trouble: no-key', 'open']);
  });

  test('[LINK-33] proves the code, stores the token for a reload, and goes on with a key of its own', async () => {
    sessionStorage.clear();
    history.replaceState(null, '', '/#code=ab12.secret.4000');
    const { clock, latest, emitted } = createWebsocketLinkFixture(takeLinkKeys(window, createSignerAtOnce));
    const [token, secret] = ['k'.repeat(43), 's'.repeat(43)];
    latest().host = createFakeHost('secret', { token, page: { name: 'page-2', secret } });
    await latest().open();
    latest().end();
    await clock.advance(firstPauseMs);
    latest().host = createFakeHost(secret);
    await latest().open();
    expect({ emitted, stored: Object.values(sessionStorage) }).toEqual({
      emitted: ['open', 'closed', 'open'],
      stored: [`4000.${token}`],
    });
  });

  test('[LINK-7] takes no keys beyond those that it may get', async () => {
    const { latest, emitted } = createWebsocketLinkFixture();
    latest().host = createFakeHost(fixedToken, { token: 'k'.repeat(43) });
    await latest().open();
    expect(emitted).toEqual(['trouble: wrong-host']);
  });

  test('[LINK-6] ends for good when the host knows none of the keys of a new page', async () => {
    sessionStorage.clear();
    history.replaceState(null, '', '/#code=ab12.secret.4000');
    const { clock, latest, sockets, emitted } = createWebsocketLinkFixture(takeLinkKeys(window, createSignerAtOnce));
    latest().end(refusalCodes.unknownKey);
    await clock.advance(120_000);
    expect({ emitted, sockets: sockets.length }).toEqual({ emitted: ['trouble: no-key'], sockets: 1 });
  });

  test('tries again if the host says nothing', async () => {
    const { clock, latest, sockets } = createWebsocketLinkFixture();
    latest().readyState = 1;
    latest().onopen?.(undefined as never);
    await clock.advance(openingLimitMs + firstPauseMs);
    expect(sockets.length).toBe(2);
  });
});

test('a late listener learns at once that the link is open', async () => {
  const { link, latest } = createWebsocketLinkFixture();
  await latest().open();
  let opened = 0;
  link.onOpen(() => (opened += 1));
  expect(opened).toBe(1);
});
