import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createFakeClock } from '../../../test/fakes/fake-clock.ts';
import { fakePeer, fakeSelf } from '../../../test/fakes/fake-hallway.ts';
import { createMemoryLink } from '../../../test/fakes/memory-link.ts';
import { contract } from '../contract/index.ts';
import { defaultSettingStates } from '../contract/settings.ts';
import type { Delta, Snapshot } from '../contract/snapshot.ts';
import { callDeadlineMs, createRpcClient, maxOpenCalls, serveRpc } from './rpc.ts';
import type { CallResult, Handlers } from './rpc.ts';

const snapshot: Snapshot = {
  revision: 7,
  self: fakeSelf(),
  peers: [fakePeer(1)],
  departed: [],
  health: [],
  rooms: [],
  settings: defaultSettingStates,
};
const unknownPeer = { ok: false, code: 'unknown-peer', message: 'nobody' } as const;
/** Refuses every call of the contract, except the few that the tests need. */
const answering: Handlers = {
  ...(Object.fromEntries(Object.keys(contract.calls).map((name) => [name, () => unknownPeer])) as unknown as Handlers),
  snapshot: () => ({ ok: true, output: snapshot }),
  setProfile: ({ name }) =>
    name === 'server'
      ? { ok: false, code: 'name-reserved', message: 'taken' }
      : { ok: true, output: fakeSelf({ name: name ?? 'Me' }) },
};

function createRpcFixture(handlers: Handlers = answering) {
  const clock = createFakeClock();
  const link = createMemoryLink();
  const dropped: string[] = [];
  const onDropped = (reason: string): void => void dropped.push(reason);
  const server = serveRpc(link.right, handlers, { onDropped });
  const client = createRpcClient(link.left, { setTimer: clock.setTimer, onDropped });
  /** The raw messages of the client's or the server's far end. */
  const fromServer = link.right.send;
  const answers: unknown[] = [];
  link.left.onMessage((message) => answers.push(message));
  return { clock, link, server, client, dropped, fromServer, answers };
}

/** A handler that answers on demand. */
function createSlowHandlers() {
  const waiting: (() => void)[] = [];
  const handlers: Handlers = {
    ...answering,
    snapshot: () => new Promise<CallResult<Snapshot>>((resolve) => waiting.push(() => resolve({ ok: true, output: snapshot }))),
  };
  return { waiting, handlers };
}

/** Any JSON, and near misses of our own messages. */
const hostileMessage = fc.oneof(
  fc.jsonValue(),
  fc.record(
    {
      type: fc.oneof(fc.constantFrom('call', 'reply', 'failure', 'event'), fc.jsonValue()),
      id: fc.oneof(fc.constantFrom(1, 2, 1.5, -1, 2 ** 60), fc.jsonValue()),
      name: fc.oneof(
        fc.constantFrom('snapshot', 'setProfile', 'changed', '__proto__', 'constructor', 'toString'),
        fc.jsonValue(),
      ),
      input: fc.jsonValue(),
      output: fc.jsonValue(),
      payload: fc.jsonValue(),
      code: fc.jsonValue(),
      message: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
);

describe('calls', () => {
  test('a call is answered with its output', async () => {
    const { client } = createRpcFixture();
    expect(await client.call('snapshot', {})).toEqual({ ok: true, output: snapshot });
  });

  test('a failure reaches the caller as code and message', async () => {
    const { client } = createRpcFixture();
    expect(await client.call('setProfile', { name: 'server' })).toEqual({ ok: false, code: 'name-reserved', message: 'taken' });
  });

  test('out-of-order answers reach their calls', async () => {
    const { waiting, handlers } = createSlowHandlers();
    const { client, clock } = createRpcFixture(handlers);
    const first = client.call('snapshot', {});
    const second = client.call('setProfile', { name: 'Ana' });
    expect(await second).toMatchObject({ ok: true, output: { name: 'Ana' } });
    await clock.advance(0);
    waiting[0]?.();
    expect(await first).toEqual({ ok: true, output: snapshot });
  });

  test('[LINK-2] input that violates the contract is refused, and reaches no handler', async () => {
    let reached = false;
    const { clock, link, answers } = createRpcFixture({
      ...answering,
      setProfile: () => ((reached = true), { ok: true, output: fakeSelf() }),
    });
    link.left.send({ type: 'call', id: 1, name: 'setProfile', input: { name: 5 } });
    link.left.send({ type: 'call', id: 2, name: 'setProfile', input: { extra: true } });
    await clock.advance(0);
    expect([reached, answers]).toEqual([
      false,
      [
        expect.objectContaining({ type: 'failure', id: 1, code: 'bad-input' }),
        expect.objectContaining({ type: 'failure', id: 2, code: 'bad-input' }),
      ],
    ]);
  });

  test.each(['nothing', 'constructor', '__proto__', 'toString', ''])('[LINK-2] an unknown call %j is refused', async (name) => {
    const { clock, link, answers } = createRpcFixture();
    link.left.send({ type: 'call', id: 3, name, input: {} });
    await clock.advance(0);
    expect(answers).toEqual([expect.objectContaining({ type: 'failure', id: 3, code: 'unknown-call' })]);
  });

  test('an exception in a handler is not sent to the caller', async () => {
    const { client, dropped } = createRpcFixture({
      ...answering,
      snapshot: () => {
        throw new Error('secret path /home/ana');
      },
    });
    const result = await client.call('snapshot', {});
    expect([result, JSON.stringify(result).includes('secret'), dropped.length]).toEqual([
      expect.objectContaining({ ok: false, code: 'internal-error' }),
      false,
      1,
    ]);
  });

  test('[LINK-2] output that violates the contract becomes a failure, and is reported', async () => {
    const { client, clock, dropped, fromServer } = createRpcFixture(createSlowHandlers().handlers);
    const call = client.call('snapshot', {});
    await clock.advance(0);
    fromServer({ type: 'reply', id: 1, output: { revision: 'seven' } });
    expect([await call, dropped]).toEqual([
      expect.objectContaining({ ok: false, code: 'bad-output' }),
      ['malformed output of snapshot'],
    ]);
  });
});

describe('limits', () => {
  test('an unanswered call fails at its deadline, and a late answer is dropped', async () => {
    const { waiting, handlers } = createSlowHandlers();
    const { client, clock, dropped } = createRpcFixture(handlers);
    const call = client.call('snapshot', {});
    await clock.advance(callDeadlineMs - 1);
    const before = await Promise.race([call, Promise.resolve('still open')]);
    await clock.advance(1);
    waiting[0]?.();
    await clock.advance(0);
    expect([before, await call, dropped]).toEqual([
      'still open',
      expect.objectContaining({ code: 'deadline' }),
      ['answer to no open call'],
    ]);
  });

  test('an answered call leaves no timer behind', async () => {
    const { client, clock } = createRpcFixture();
    await client.call('snapshot', {});
    expect(clock.pendingTimers()).toBe(0);
  });

  test('the client limits its open calls', async () => {
    const { client } = createRpcFixture(createSlowHandlers().handlers);
    for (let count = 0; count < maxOpenCalls; count += 1) void client.call('snapshot', {});
    expect(await client.call('snapshot', {})).toMatchObject({ ok: false, code: 'busy' });
  });

  test('the server limits the calls in progress, and recovers', async () => {
    const { waiting, handlers } = createSlowHandlers();
    const { clock, link, answers } = createRpcFixture(handlers);
    for (let id = 1; id <= maxOpenCalls + 5; id += 1) link.left.send({ type: 'call', id, name: 'snapshot', input: {} });
    await clock.advance(0);
    const refused = answers.length;
    for (const answer of waiting) answer();
    await clock.advance(0);
    expect([refused, waiting.length, answers.length]).toEqual([5, maxOpenCalls, maxOpenCalls + 5]);
  });
});

describe('a closing link', () => {
  test('fails open calls at once, and new calls until it opens again', async () => {
    const { client, link, clock } = createRpcFixture(createSlowHandlers().handlers);
    const pending = client.call('snapshot', {});
    link.close();
    const during = await client.call('setProfile', {});
    link.open();
    expect([await pending, during, await client.call('setProfile', { name: 'Ana' }), clock.pendingTimers()]).toMatchObject([
      { code: 'link-closed' },
      { code: 'link-closed' },
      { ok: true },
      0,
    ]);
  });

  test('an answer from an earlier connection does not answer a later call', async () => {
    const { waiting, handlers } = createSlowHandlers();
    const { link, clock, answers } = createRpcFixture(handlers);
    link.left.send({ type: 'call', id: 1, name: 'snapshot', input: {} });
    await clock.advance(0);
    link.close();
    link.open();
    waiting[0]?.();
    await clock.advance(0);
    expect(answers).toEqual([]);
  });

  test('a closed client fails its calls and emits no more events', async () => {
    const { client, server, clock } = createRpcFixture(createSlowHandlers().handlers);
    const heard: Delta[] = [];
    client.on('changed', (delta) => heard.push(delta));
    const pending = client.call('snapshot', {});
    client.close();
    server.emit('changed', { revision: 8 });
    await clock.advance(0);
    expect([await pending, heard]).toEqual([expect.objectContaining({ code: 'link-closed' }), []]);
  });

  test('a closed server answers nothing', async () => {
    const { server, link, clock, answers } = createRpcFixture();
    server.close();
    link.left.send({ type: 'call', id: 1, name: 'snapshot', input: {} });
    await clock.advance(0);
    expect(answers).toEqual([]);
  });
});

describe('events', () => {
  test('reach every listener until it unsubscribes', async () => {
    const { client, server, clock } = createRpcFixture();
    const heard: string[] = [];
    const undo = client.on('changed', ({ revision }) => heard.push(`first ${revision}`));
    client.on('changed', ({ revision }) => heard.push(`second ${revision}`));
    server.emit('changed', { revision: 1 });
    await clock.advance(0);
    undo();
    undo();
    server.emit('changed', { revision: 2 });
    await clock.advance(0);
    expect(heard).toEqual(['first 1', 'second 1', 'second 2']);
  });

  test('[LINK-2] malformed and unknown events are dropped and reported', async () => {
    const { client, clock, dropped, fromServer } = createRpcFixture();
    const heard: Delta[] = [];
    client.on('changed', (delta) => heard.push(delta));
    fromServer({ type: 'event', name: 'changed', payload: { revision: 1.5 } });
    fromServer({ type: 'event', name: 'constructor', payload: {} });
    await clock.advance(0);
    expect([heard, dropped]).toEqual([[], ['malformed event changed', 'unknown event']]);
  });
});

describe('hostile messages', () => {
  test('[LINK-2] neither end throws, and the link still works', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostileMessage, { maxLength: 20 }), async (messages) => {
        const { client, clock, link } = createRpcFixture();
        for (const message of messages) {
          link.left.send(message);
          link.right.send(message);
        }
        await clock.advance(0);
        expect(await client.call('snapshot', {})).toEqual({ ok: true, output: snapshot });
      }),
      { numRuns: 300 },
    );
  });
});
