import { mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HallwayEvent } from '../core/hallway.ts';
import type { Log } from '../core/ports.ts';
import { startNode, type StartedNode } from './start-node.ts';
import { openMessageStore } from '../node/storage/database/message-store.ts';
import { createSystemClock } from '../node/system/system-ports.ts';
import { behindAll } from '../../../test/fakes/cursors.ts';
import { conversationOf } from '../../shared/lib/ids.ts';

const log: Log = { write: () => undefined };
/** No adapter has this name: the node runs, and sends nothing anywhere. */
const presence = { interfaces: ['no such adapter'], port: 24_255 };

let directory = '';
let nodes: StartedNode[] = [];

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'hallway-node-')));
});
afterEach(async () => {
  await Promise.all(nodes.map((node) => node.stop()));
  nodes = [];
  await rm(directory, { recursive: true, force: true });
});

async function start(name?: string): Promise<StartedNode> {
  const result = await startNode({ log, profileDirectory: directory, presence, ...(name !== undefined && { name }) });
  if (!result.ok) throw new Error(result.code);
  nodes.push(result.node);
  return result.node;
}

async function savedSettings(): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(directory, 'settings.json'), 'utf8')) as Record<string, unknown>;
}

async function untilReady({ hallway }: StartedNode): Promise<number> {
  return new Promise((resolve) => hallway.subscribe((event) => event.type === 'ready' && resolve(event.unicastPort)));
}

describe('a node', () => {
  it('misses no event for whoever subscribes at once, and leaves when told to, once', async () => {
    const { hallway, stop } = await start('Ana');
    const ready = new Promise<HallwayEvent>((resolve) => hallway.subscribe((event) => event.type === 'ready' && resolve(event)));
    const { type } = await ready;
    await Promise.all([stop(), stop()]);
    expect([type, hallway.profile.self().name, hallway.profile.self().host]).toEqual(['ready', 'Ana', hostname()]);
  });

  it('leaves also before it began', async () => {
    const node = await start();
    await node.stop();
    const again = await start();
    expect(again.hallway.profile.self().peerId).toBe(node.hallway.profile.self().peerId);
  });

  it('[ID-5] is one per profile', async () => {
    await start();
    const second = await startNode({ log, profileDirectory: directory, presence });
    expect(second).toMatchObject({
      ok: false,
      code: 'profile-in-use',
      values: { pid: process.pid },
    });
  });

  it('[PROF-1] remembers what the person changed, and not what only this start was told', async () => {
    const first = await start('for this run');
    first.hallway.profile.change({ status: 'busy' });
    first.hallway.profile.change({ note: 'in a meeting' });
    await first.stop();
    const { unicastPort: _unicastPort, tcpPort: _tcpPort, ...saved } = await savedSettings();
    const second = await start();
    const { status, note } = second.hallway.profile.self();
    second.hallway.profile.change({ name: 'Ana' });
    await second.stop();
    const third = await start();

    expect(saved).toEqual({ status: 'busy', note: 'in a meeting' });
    expect({ status, note }).toEqual({ status: 'busy', note: 'in a meeting' });
    expect(third.hallway.profile.self()).toMatchObject({ name: 'Ana', status: 'busy', note: 'in a meeting' });
  });

  it('[HEALTH-2] says that it cannot save for as long as it cannot', async () => {
    const obstacle = join(directory, 'settings.json.new');
    await mkdir(join(obstacle, 'inside'), { recursive: true });
    const { hallway } = await start();
    const saysSo = (): boolean => hallway.health.list().some(({ code }) => code === 'profile-not-writable');

    hallway.profile.change({ note: 'one' });
    await expect.poll(saysSo).toBe(true);
    await rm(obstacle, { recursive: true });
    hallway.profile.change({ note: 'two' });
    await expect.poll(saysSo).toBe(false);
    expect(await savedSettings()).toMatchObject({ note: 'two' });
  });

  it('[SOCK-6, TLS-15, CALL-2] keeps its ports, the addresses it was given and what it may not use', async () => {
    const first = await start();
    const port = await untilReady(first);
    const connecting = first.hallway.network.connect('127.0.0.1:50001');
    first.hallway.network.change({ excludedInterfaces: ['tun0'], passive: true });
    expect(await connecting).toMatchObject({ ok: false, code: 'no-answer' });
    await first.stop();
    const network = { manualAddresses: ['127.0.0.1:50001'], excludedInterfaces: ['tun0'], passive: true };
    const tcpPort = (await savedSettings())['tcpPort'];
    expect(await savedSettings()).toEqual({ ...network, unicastPort: port, tcpPort: expect.any(Number) as number });

    const second = await start();
    expect([await untilReady(second), second.hallway.network.settings()]).toEqual([port, network]);
    expect(second.hallway.diagnostics.read().tcpPort).toBe(tcpPort);
    second.hallway.network.forget('127.0.0.1:50001');
    await second.stop();
    expect(await savedSettings()).toMatchObject({ manualAddresses: [], passive: true });
  });

  it('starts when the ports of the last run are none, and remembers the new ones', async () => {
    await writeFile(join(directory, 'settings.json'), '{"unicastPort":80,"tcpPort":0}');
    const node = await start();
    const health = node.hallway.health.list();
    const port = await untilReady(node);
    await node.stop();
    const saved = { unicastPort: port, tcpPort: expect.any(Number) as number };
    expect({ health, saved: await savedSettings() }).toEqual({ health: [], saved });
  });

  it('[TEAM-2] does not start without the team key that it was told to use', async () => {
    const result = await startNode({ log, profileDirectory: directory, presence, teamKey: { file: join(directory, 'none') } });
    expect(result).toEqual({
      ok: false,
      code: 'team-key-unusable',
      values: { problem: 'absent', source: 'file', path: join(directory, 'none'), suggestion: expect.any(String) as string },
    });
    // Nothing was opened: the profile is free.
    await start();
  });

  it('[TEAM-4] uses a team key, and says that others can read it', async () => {
    const file = join(directory, 'team-key');
    await writeFile(file, 'correct horse battery\n', { mode: 0o644 });
    const result = await startNode({ log, profileDirectory: directory, presence, teamKey: { file } });
    if (!result.ok) throw new Error(result.code);
    nodes.push(result.node);
    const { hallway } = result.node;
    expect(hallway.diagnostics.read().teamKey).toBe(true);
    expect(hallway.health.list().map(({ code }) => code)).toEqual(process.platform === 'win32' ? [] : ['team-key-exposed']);
    expect(JSON.stringify([hallway.diagnostics.examine(), hallway.health.list()])).not.toContain('correct horse');
  });

  it('[TEAM-5] uses a team key that is easy to guess, and warns of it', async () => {
    const result = await startNode({ log, profileDirectory: directory, presence, teamKey: { text: 'password' } });
    if (!result.ok) throw new Error(result.code);
    nodes.push(result.node);
    const { hallway } = result.node;
    expect(hallway.diagnostics.read().teamKey).toBe(true);
    expect(hallway.health.list()).toMatchObject([{ code: 'team-key-weak', severity: 'warning' }]);
  });

  it('keeps messages in the profile, accepts sessions, and leaves the database whole when it stops', async () => {
    const node = await start();
    const ready = await new Promise<HallwayEvent>((resolve) =>
      node.hallway.subscribe((event) => event.type === 'ready' && resolve(event)),
    );
    const whileRunning = await readdir(directory);
    await node.stop();
    expect(ready).toMatchObject({ tcpPort: expect.any(Number) });
    expect(ready.type === 'ready' && ready.tcpPort).toBeGreaterThan(0);
    expect(whileRunning).toContain('messages.db');
    expect((await readdir(directory)).filter((name) => name.startsWith('messages.db'))).toEqual(['messages.db']);
    expect(node.hallway.messages).toBeDefined();
  });

  it('leaves the network alone when only the profile is asked for', async () => {
    await keepOneReceived(Date.now(), 1);
    const result = await startNode({ log, profileDirectory: directory, presence, offline: true });
    if (!result.ok) throw new Error(result.code);
    nodes.push(result.node);
    const { hallway } = result.node;
    const events: HallwayEvent[] = [];
    hallway.subscribe((event) => events.push(event));
    const texts = Array.from(hallway.messages?.exportMessages() ?? [], ({ text }) => text);
    // Whatever would be opened would be by the next turns of the event loop.
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    const { interfaces, unicastPort } = hallway.diagnostics.read();
    await result.node.stop();
    expect({ texts, interfaces, unicastPort, events }).toEqual({
      texts: ['message 1'],
      interfaces: [],
      unicastPort: 0,
      events: [],
    });
    expect((await readdir(directory)).filter((name) => name.startsWith('messages.db'))).toEqual(['messages.db']);
  });

  it('[STORE-11] deletes messages that were kept longer than was chosen, and no others', async () => {
    await keepOneReceived(Date.now() - 3 * 86_400_000, 1);
    await keepOneReceived(Date.now(), 2);
    await writeFile(join(directory, 'settings.json'), '{"keepDays":2,"readReceipts":false}');
    const { hallway } = await start();
    expect(hallway.health.list()).toEqual([]);
    expect(Array.from(hallway.messages?.exportMessages() ?? [], ({ text }) => text)).toEqual(['message 2']);
  });

  it('[STORE-8] waits for its messages while another program has them, then talks to nobody, says so, and shows who is here all the same', async () => {
    await keepOneReceived(Date.now(), 1);
    const { DatabaseSync } = await import('node:sqlite');
    const other = new DatabaseSync(join(directory, 'messages.db'));
    other.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE');
    const beforeMs = performance.now();
    const result = await startNode({ log, profileDirectory: directory, presence, historyPatienceMs: 400 });
    if (!result.ok) throw new Error(result.code);
    const { node } = result;
    nodes.push(node);
    expect(performance.now() - beforeMs).toBeGreaterThan(400);
    const codes = node.hallway.health.list().map(({ code }) => code);
    await untilReady(node);
    other.close();
    expect([node.hallway.messages, codes, node.hallway.presence.peers()]).toEqual([undefined, ['history-in-use'], []]);
  });
});

describe('the log in the profile', () => {
  const text = 'meet me at the boathouse';
  const note = 'hiding in the archive';
  const passphrase = 'kettle umbrella violin';

  async function startLogging(): Promise<StartedNode> {
    const teamKey = { text: passphrase };
    const result = await startNode({ log, profileDirectory: directory, presence, version: '1.2.3', keepsLog: true, teamKey });
    if (!result.ok) throw new Error(result.code);
    nodes.push(result.node);
    return result.node;
  }

  it('[LOG-1] says when Hallway started and stopped, on what, and what became of its health', async () => {
    const node = await startLogging();
    await untilReady(node);
    await node.stop();
    const lines = (await readFile(join(directory, 'hallway.log'), 'utf8')).trimEnd().split('\n');
    const emitted = lines.map((line) => line.replace(/^\S+ /, ''));
    expect(emitted.at(0)).toMatch(/^info Hallway started \{"Hallway":"1\.2\.3","Node\.js":/);
    expect(emitted).toContain('info health {"codes":["no-network"]}');
    expect(emitted.at(-1)).toBe('info Hallway stopped');
  });

  it('[LOG-1] is not kept by a command that does one thing and leaves', async () => {
    await (await start()).stop();
    expect((await readdir(directory)).filter((name) => name.endsWith('.log'))).toEqual([]);
  });

  it('[LOG-1, REPORT-1] holds no text of a message, no note, no key and no passphrase, and nor does a report', async () => {
    const { hallway, ports, stop } = await startLogging();
    hallway.profile.change({ note });
    const friend = 'b'.repeat(52);
    const sent = await hallway.messages?.send(friend, text);
    const reports = [await hallway.diagnostics.report()];
    await stop();
    // Also what is asked when all is over, and by a command that keeps no log itself.
    const later = await start();
    reports.push(await later.hallway.diagnostics.report());
    await later.stop();

    const logged = await readFile(join(directory, 'hallway.log'), 'utf8');
    const key = (await readFile(join(directory, 'identity.pem'), 'utf8')).split('\n')[1] ?? '';
    const secrets = [text, note, passphrase, key, ports.identity.peerId];
    const written = [logged, ...reports.map((report) => report.text)];
    const leaks = written.map((one) => secrets.filter((secret) => one.includes(secret)));
    expect(sent).toMatchObject({ ok: true });
    expect(key.length).toBeGreaterThan(40);
    expect(leaks).toEqual([[], [], []]);
    expect(written.map((one) => one.includes('Hallway started'))).toEqual([true, true, true]);
  });

  it('[LOG-2] becomes health while it cannot be written, by name and with a remedy, and stops nothing', async () => {
    const obstacle = join(directory, 'hallway.log');
    await mkdir(obstacle);
    const { hallway } = await startLogging();
    const entries = (): unknown => hallway.health.list().filter(({ code }) => code === 'log-not-writable');
    const before = entries();
    const { text: reported } = await hallway.diagnostics.report();
    await rm(obstacle, { recursive: true });
    hallway.health.report({ code: 'any', severity: 'info', values: {} });
    expect(before).toMatchObject([
      { severity: 'info', values: { path: `${await realpath(directory)}/hallway.log`, reason: 'EISDIR' } },
    ]);
    expect(reported).toContain('log-not-writable');
    expect(entries()).toEqual([]);
    expect(await readFile(obstacle, 'utf8')).toContain('entries were lost');
  });
});

async function keepOneReceived(receivedAtMs: number, sequence: number): Promise<void> {
  const opened = await openMessageStore(join(directory, 'messages.db'), { clock: createSystemClock() });
  if (!opened.ok) throw new Error(opened.problem.code);
  const friend = 'a'.repeat(52);
  opened.store.addIncoming({
    messageId: `0192a5b0-1111-7abc-9def-00000000000${sequence}`,
    conversation: conversationOf(friend),
    from: friend,
    fromName: 'Bo',
    sequence,
    text: `message ${sequence}`,
    sentAtMs: receivedAtMs,
    receivedAtMs,
  });
  opened.store.markRead(conversationOf(friend), behindAll, Infinity);
  opened.store.close();
}
