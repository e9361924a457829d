import { describeHealth } from '../../../../shared/text/messages/describe-problem.ts';
import { chmod, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSeededRandom } from '../../../../../test/fakes/seeded-random.ts';
import { fakePeer, fakePeerId } from '../../../../../test/fakes/fake-hallway.ts';
import { createMessagingHallway, type MessagingHallway } from '../../../../../test/fixtures/messaging-hallway.ts';
import type { StoredMessage } from '../../../core/messaging/ports.ts';
import type { Clock, Log } from '../../../core/ports.ts';
import type { LockResult } from '../../../node/storage/profile/lock-result.ts';
import { lockProfile } from '../../../node/storage/profile/profile-lock.ts';
import { createSystemClock } from '../../../node/system/system-ports.ts';
import { askClear, askDoctor, askHealth, askMessages, askPeers, askReport, sendAndWait } from '../commands/one-shot.ts';
import { sayAndWait } from '../commands/say-and-wait.ts';
import { askSettings } from '../commands/settings.ts';
import { connectControl } from './control-client.ts';
import { controlVersion } from './protocol.ts';
import { defaultControlOptions, serveControl, type Control, type ControlOptions } from './serve-control.ts';

// Real sockets need a real clock; nothing waits for it to pass.
const clock: Clock = createSystemClock();
const bo = fakePeer(1, { name: 'Bo' });
const random = createSeededRandom('client');
const never = new AbortController().signal;

let directory = '';
let held: Extract<LockResult, { state: 'held' }>;
let node: MessagingHallway;
let control: Control;
let sockets: Socket[] = [];

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'hallway-control-')));
  const result = await lockProfile(directory, { clock, random: createSeededRandom('holder') });
  if (result.state !== 'held') throw new Error(result.state);
  held = result;
  node = createMessagingHallway();
  node.join(bo);
});

function undelivered(): readonly StoredMessage[] {
  return node.store.undelivered(bo.peerId, { afterSequence: 0, limit: 9 });
}

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets = [];
  control?.close();
  await held.release();
  await rm(directory, { recursive: true, force: true });
});

function serve(options: Partial<ControlOptions> = {}, deps: { readonly clock: Clock } = node): void {
  control = serveControl(node.hallway, deps, { ...defaultControlOptions, ...options });
  held.serveControl(controlVersion, control);
}

async function findHolder(): Promise<Extract<LockResult, { state: 'in-use' }>> {
  const result = await lockProfile(directory, { clock, random: createSeededRandom('asker') });
  if (result.state !== 'in-use') throw new Error(result.state);
  return result;
}

async function open(): Promise<ReturnType<typeof connectControl>> {
  const { socketPath = '', holder } = await findHolder();
  return connectControl({ socketPath, version: holder?.control ?? 0 }, { clock, random });
}

/** A client that says what it likes. */
async function openRaw(): Promise<{ readonly socket: Socket; lines(): readonly string[]; readonly closed: Promise<void> }> {
  const { socketPath = '' } = await findHolder();
  const socket = connect({ path: socketPath, allowHalfOpen: true });
  sockets.push(socket);
  let text = '';
  socket.on('data', (bytes: Buffer) => (text += bytes.toString()));
  socket.on('end', () => socket.end());
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.on('close', () => resolve()));
  return { socket, closed, lines: () => text.split('\n').slice(0, -1) };
}

describe('[CTRL-1] a process that has the profile', () => {
  it('says in its greeting that it can be talked to, and not before it can', async () => {
    const before = await findHolder();
    serve();
    const meanwhile = await findHolder();
    held.serveControl(controlVersion, undefined);
    const after = await findHolder();
    expect([before.holder?.control, meanwhile.holder, after.holder?.control]).toEqual([
      undefined,
      { pid: process.pid, startedAtMs: expect.any(Number), control: controlVersion },
      undefined,
    ]);
  });

  it('answers who is here, what is wrong, and what the doctor finds', async () => {
    const entry = { code: 'flooded', severity: 'warning', sinceMs: 1 } as const;
    node.fake.setHealth([{ ...entry, values: {} }]);
    serve();
    const connection = await open();
    if (!connection.ok) throw new Error(connection.message);
    const [peers, health, doctor] = [
      await askPeers(connection.target),
      await askHealth(connection.target),
      await askDoctor(connection.target),
    ];
    const report = await askReport(connection.target);
    connection.close();
    expect(report).toMatchObject({
      ok: true,
      value: { text: expect.stringMatching(/^Hallway problem report, .*warning flooded, since/s) },
    });
    expect([peers, health]).toEqual([
      { ok: true, value: [bo] },
      { ok: true, value: [{ ...entry, ...describeHealth({ code: 'flooded', values: {} }) }] },
    ]);
    expect(doctor).toMatchObject({ ok: true, value: { diagnostics: { health: [{ code: 'flooded' }] } } });
  });

  it('sends, and tells its sender alone that it was delivered', async () => {
    serve();
    const connection = await open();
    const unknownSender = await openRaw();
    if (!connection.ok) throw new Error(connection.message);
    const sending = sendAndWait(connection.target, { to: 'Bo', text: 'hello', forMs: 30_000 }, { clock }, never);
    await expect.poll(async () => (await node.settle(), undelivered())).toHaveLength(1);
    node.sessions.connect(bo.peerId);
    await node.clock.advance(0);
    await node.acknowledge(bo.peerId);
    await node.receive(bo, 'a secret for us');
    expect(await sending).toEqual({ delivered: true });
    connection.close();
    expect(unknownSender.lines()).toHaveLength(1);
    expect(unknownSender.lines().join()).not.toContain('secret');
  });

  it('refuses with the reason, and says when the time is over or it goes away', async () => {
    serve();
    const connection = await open();
    if (!connection.ok) throw new Error(connection.message);
    const send = (to: string, forMs: number): ReturnType<typeof sendAndWait> =>
      sendAndWait(connection.target, { to, text: 'x', forMs }, { clock }, never);
    const unknown = await send(fakePeerId(50), 30_000);
    const late = send('Bo', 50);
    await expect.poll(async () => (await node.settle(), undelivered())).toHaveLength(1);
    const tooLate = await late;
    const cut = send('Bo', 30_000);
    await expect.poll(async () => (await node.settle(), undelivered())).toHaveLength(2);
    control.close();
    await node.settle();
    expect([unknown, tooLate, await cut]).toEqual([
      { delivered: false, why: 'refused', message: 'No one with that ID has ever been here.' },
      { delivered: false, why: 'not-yet', message: 'Timed out; not delivered yet.' },
      { delivered: false, why: 'gone', message: 'Hallway was closed before it was delivered.' },
    ]);
  });
});

describe('[CTRL-2] what a client may', () => {
  it('is to ask, to send and to choose settings: not to end or to read the node', async () => {
    serve();
    const { socket, lines } = await openRaw();
    socket.write('{"id":1,"cmd":"quit"}\n{"id":2,"cmd":"profile","name":"Eva"}\n{"id":3,"cmd":"read","messageId":"x"}\n');
    socket.write('garbage\n{"id":4,"cmd":"history","with":"Bo","limit":5}\n');
    await expect
      .poll(() =>
        lines()
          .slice(1)
          .map((line) => JSON.parse(line) as unknown),
      )
      .toEqual([
        { reply: 1, ok: false, code: 'not-available', message: expect.any(String) },
        { reply: 2, ok: false, code: 'not-available', message: expect.any(String) },
        { reply: 3, ok: false, code: 'not-available', message: expect.any(String) },
        { event: 'error', code: 'bad-command', message: "The line isn't JSON." },
        { reply: 4, ok: true, messages: [] },
      ]);
    expect(node.fake.profile.self().name).toBe('Ana');
  });

  it('[SET-2] is to choose settings of the process, which apply at once', async () => {
    serve();
    const connection = await open();
    if (!connection.ok) throw new Error(connection.message);
    const { target } = connection;
    const set = await target.run({ cmd: 'set', key: 'note', value: 'at lunch' });
    const bad = await target.run({ cmd: 'set', key: 'keepDays', value: 'x' });
    const settings = await askSettings(target);
    const note = node.fake.profile.self().note;
    const reset = await target.run({ cmd: 'reset', key: 'note' });
    connection.close();
    expect({ set, bad, settings, note, reset, after: node.fake.profile.self().note }).toMatchObject({
      set: { ok: true },
      bad: { ok: false, code: 'bad-value' },
      settings: { ok: true, value: { note: { value: 'at lunch', default: '', locked: false } } },
      note: 'at lunch',
      reset: { ok: true },
      after: '',
    });
  });

  it('is to say something in a room, which it joins, and to learn that everyone has it', async () => {
    node = createMessagingHallway({ hasRooms: true });
    node.fake.inRooms.enter('tea', bo.peerId);
    serve();
    const connection = await open();
    if (!connection.ok) throw new Error(connection.message);
    const saying = sayAndWait(connection.target, { room: 'tea', text: 'hello', forMs: 30_000 }, { clock }, never);
    const said = (): string | undefined => node.hallway.rooms?.conversations()[0]?.last.messageId;
    await expect.poll(said).toBeDefined();
    node.fake.inRooms.keep(said() ?? '', 1);
    const rooms = await connection.target.run({ cmd: 'rooms' });
    connection.close();
    expect({ outcome: await saying, rooms }).toMatchObject({
      outcome: { delivered: true },
      rooms: { ok: true, rooms: [{ room: '#everyone' }, { room: '#tea', members: [bo.peerId], topic: '', unread: 0 }] },
    });
  });

  it('answers who has said all and only listens still', async () => {
    serve();
    const { socket, lines, closed } = await openRaw();
    socket.end('{"id":1,"cmd":"peers"}');
    await closed;
    expect(JSON.parse(lines()[1] ?? '')).toMatchObject({ reply: 1, ok: true });
  });
});

describe('[CTRL-2] the messages of the profile', () => {
  it('are exported page by page, and deleted, also over the socket', async () => {
    serve();
    await node.receive(bo, 'one');
    await node.receive(bo, 'two\u0000\u2028');
    const connection = await open();
    if (!connection.ok) throw new Error(connection.message);
    const { target } = connection;
    const texts: string[] = [];
    for await (const { text } of askMessages(target, { pageSize: 1 }, never)) texts.push(text);
    const clearing = askClear(target, undefined);
    await expect.poll(async () => (await node.settle(), Array.from(node.store.exportMessages()))).toEqual([]);
    const answer = await clearing;
    connection.close();
    expect([texts, answer]).toEqual([['one', 'two\u0000\u2028'], { ok: true, value: 2 }]);
  });
});

describe('[CTRL-3] limits', () => {
  it('refuses more clients than it has places for, and has places again when they go', async () => {
    serve({ maxClients: 2 });
    const [first, second] = [await openRaw(), await openRaw()];
    await expect.poll(() => [first.lines().length, second.lines().length]).toEqual([1, 1]);
    const third = await openRaw();
    await third.closed;
    first.socket.destroy();
    second.socket.destroy();
    await Promise.all([first.closed, second.closed]);
    await expect
      .poll(async () => {
        const next = await openRaw();
        next.socket.write('{"id":1,"cmd":"peers"}\n');
        await expect.poll(() => next.lines().length).toBe(2);
        return JSON.parse(next.lines()[1] ?? '') as unknown;
      })
      .toMatchObject({ reply: 1, ok: true });
    expect(JSON.parse(third.lines()[1] ?? '')).toMatchObject({ event: 'error', code: 'too-many' });
  });

  it('closes who says nothing, but not who waits for a message to be delivered', async () => {
    serve({ idleMs: 1_000, maxWaitMs: 5_000 });
    const [idle, waiting] = [await openRaw(), await openRaw()];
    waiting.socket.write('{"id":1,"cmd":"send","to":"Bo","text":"x"}\n');
    await expect.poll(async () => (await node.settle(), waiting.lines().length)).toBe(2);
    await node.clock.advance(1_001);
    await idle.closed;
    await node.clock.advance(3_000);
    await node.settle();
    const isWaitingStill = !waiting.socket.closed && waiting.socket.readyState === 'open';
    await node.clock.advance(3_000);
    await waiting.closed;
    expect(isWaitingStill).toBe(true);
  });
});

it('[CTRL-9] logs the first client without the pipe secret, and counts the others', () => {
  const lines: unknown[] = [];
  const log: Log = { write: (level, _, fields) => void lines.push([level, fields]) };
  control = serveControl(node.hallway, { clock, log });
  for (let client = 0; client < 3; client += 1) control.onWrongProof();
  const meanwhile = [...lines];
  control.close();
  expect({ meanwhile, lines }).toEqual({
    meanwhile: [['warning', undefined]],
    lines: [
      ['warning', undefined],
      ['info', { count: 3 }],
    ],
  });
});

describe('[CTRL-4] a command', () => {
  it('trusts only a socket that is its own user’s, in a folder that nobody else can change', async () => {
    serve();
    const before = await open();
    await chmod(directory, 0o777);
    const open_ = await open();
    await chmod(directory, 0o700);
    const file = join(directory, 'no socket');
    await writeFile(file, '');
    const plain = await connectControl({ socketPath: file, version: controlVersion }, { clock, random });
    const missing = await connectControl({ socketPath: join(directory, 'none'), version: controlVersion }, { clock, random });
    if (before.ok) before.close();
    expect([before.ok, open_.ok, plain.ok, missing.ok]).toEqual([true, false, false, false]);
  });

  it('does not talk to another version', async () => {
    expect(await connectControl({ socketPath: '/nowhere', version: controlVersion + 1 }, { clock, random })).toMatchObject({
      ok: false,
      message: expect.stringContaining('another version'),
    });
  });
});
