/**
 * The built `hallway` command, as several processes on two hosts: direct messages as scripts and
 * people see them, and after processes are killed. The scenarios of test/scenarios go further;
 * these tests cover the command itself.
 */
import { existsSync } from 'node:fs';
import { readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import type { AutomationMessage } from '../scenarios/node-record.ts';
import type { AutomationNode } from './automation-node.ts';
import { createCommandHosts, waitMs, type CommandHosts } from './command-hosts.ts';
import { builtCommand } from './netns-world.ts';
import { mustSkipNetns } from './tools.ts';

let hosts: CommandHosts;

const start = (name: string): Promise<AutomationNode> => hosts.start(name);

async function kill(node: AutomationNode): Promise<void> {
  node.signal('SIGKILL');
  await node.exited;
}

function eventsOf(node: AutomationNode, messageId: string): readonly string[] {
  return node.record.events.flatMap(({ event }) =>
    event.event === 'delivery' && event.messageId === messageId ? [event.state] : [],
  );
}

function received(...of: readonly AutomationNode[]): readonly AutomationMessage[] {
  return of.flatMap((node) => node.record.events.flatMap(({ event }) => (event.event === 'message' ? [event.message] : [])));
}

async function historyWith(node: AutomationNode, who: string): Promise<readonly AutomationMessage[]> {
  const reply = await node.command({ cmd: 'history', with: who, limit: 1_000 });
  return reply['messages'] as readonly AutomationMessage[];
}

function idOf(node: AutomationNode): string {
  return node.record.ready?.event.peerId ?? '';
}

describe.skipIf(mustSkipNetns())('the built command', () => {
  beforeAll(async () => {
    if (!existsSync(builtCommand)) throw new Error(`${builtCommand} is not built yet: npm run build`);
    hosts = await createCommandHosts();
  });
  afterAll(() => hosts.close());
  afterEach(() => hosts.clear());

  test('[AUTO-1] emits each delivery state of a message in order, up to read', async () => {
    const [ana, bo] = [await start('ana'), await start('bo')];
    await expect.poll(() => [ana.record.peers.size, bo.record.peers.size], { timeout: waitMs }).toEqual([1, 1]);
    const { messageId } = await ana.command({ cmd: 'send', to: 'BO', text: 'hello\n"you"' });
    await expect.poll(() => received(bo).length, { timeout: waitMs }).toBe(1);
    await bo.command({ cmd: 'read', messageId });
    await expect
      .poll(() => eventsOf(ana, String(messageId)), { timeout: waitMs })
      .toEqual(['queued', 'sent', 'delivered', 'read']);
    expect(received(bo)).toMatchObject([{ messageId, from: idOf(ana), to: idOf(bo), text: 'hello\n"you"' }]);
    await Promise.all([ana.stop('quit'), bo.stop('end-of-input')]);
  });

  test('[DELIVER-3] messages queued for an absent peer arrive once, also after kill -9 of both at any moment', async () => {
    const random = createSeededRandom('killed');
    const accepted: string[] = [];
    const all: AutomationNode[] = [];
    let number = 0;
    for (let round = 0; round < 6; round += 1) {
      // By turns: only the author, both at once, the author and then the receiver.
      const ana = await start('ana-killed');
      const bo = round % 2 === 0 ? await start('bo-killed') : undefined;
      if (bo) all.push(bo);
      // A name is unknown until its peer has been seen once.
      await expect.poll(() => round > 0 || ana.record.peers.size === 1, { timeout: waitMs }).toBe(true);
      const sends = Array.from({ length: 40 }, () => {
        number += 1;
        return ana.command({ cmd: 'send', to: 'bo-killed', text: `${number}` }).then(
          ({ messageId }) => void accepted.push(String(messageId)),
          () => undefined,
        );
      });
      // A random delay in real time, so that the kill hits any step between accepting and
      // acknowledging.
      await new Promise((resolve) => setTimeout(resolve, random.fraction() * 25));
      await Promise.all([kill(ana), round % 4 === 0 && bo ? kill(bo) : undefined]);
      await Promise.all(sends);
      if (bo && !bo.exit) await kill(bo);
    }
    const [ana, bo] = [await start('ana-killed'), await start('bo-killed')];
    all.push(bo);
    await expect
      .poll(async () => (await historyWith(ana, 'bo-killed')).every(({ state }) => state === 'delivered'), { timeout: waitMs })
      .toBe(true);
    const [sent, kept] = [await historyWith(ana, 'bo-killed'), await historyWith(bo, idOf(ana))];
    const emitted = received(...all).map(({ messageId }) => messageId);
    console.log(`${number} asked, ${accepted.length} accepted, ${kept.length} kept over there, ${emitted.length} emitted`);

    expect(kept.map(({ messageId, text }) => [messageId, text])).toEqual(sent.map(({ messageId, text }) => [messageId, text]));
    expect(kept.map(({ text }) => Number(text))).toEqual(kept.map(({ text }) => Number(text)).sort((a, b) => a - b));
    expect(accepted.filter((messageId) => !kept.some((message) => message.messageId === messageId))).toEqual([]);
    expect(new Set(emitted).size).toBe(emitted.length);
    await Promise.all([ana.stop('SIGTERM'), bo.stop('SIGINT')]);
  });

  test('[AUTO-7] hallway send succeeds only when the message is delivered', async () => {
    const bo = await start('bo-send');
    const delivered = await hosts.run('ana-send', ['send', 'bo-send', 'on my own']);
    const fromInput = await hosts.run('ana-send', ['send', idOf(bo), '-'], 'from input\n');
    const unknown = await hosts.run('ana-send', ['send', 'nobody', 'x', '--for', '1.5']);
    await bo.stop();
    const late = await hosts.run('ana-send', ['send', 'bo-send', 'later', '--for', '1.5']);
    const again = await start('bo-send');
    const nextTime = await hosts.run('ana-send', ['send', 'bo-send', 'last']);
    expect([delivered, fromInput, unknown, late, nextTime]).toEqual([
      { code: 0, stdout: 'Delivered.\n', stderr: '' },
      { code: 0, stdout: 'Delivered.\n', stderr: '' },
      { code: 1, stdout: '', stderr: 'No one called "nobody" has ever been here.\n' },
      {
        code: 1,
        stdout: '',
        stderr:
          'Timed out; not delivered yet. The message is saved in this profile, and will be sent the next time Hallway is open.\n',
      },
      { code: 0, stdout: 'Delivered.\n', stderr: '' },
    ]);
    expect(received(bo, again).map(({ text }) => text)).toEqual(['on my own', 'from input', 'later', 'last']);
  });

  test('[CTRL-1] commands query the Hallway that runs with the profile', async () => {
    const [ana, bo] = [await start('ana-open'), await start('bo-open')];
    await expect.poll(() => ana.record.peers.size, { timeout: waitMs }).toBe(1);
    const sent = await hosts.run('ana-open', ['send', 'bo-open', 'through the open one']);
    const peers = await hosts.run('ana-open', ['peers', '--json']);
    const doctor = await hosts.run('ana-open', ['doctor', '--json']);
    const chat = await hosts.run('ana-open', ['chat']);
    bo.signal('SIGSTOP');
    const late = await hosts.run('ana-open', ['send', 'bo-open', 'to a frozen one', '--for', '0.5']);
    bo.signal('SIGCONT');
    await expect.poll(() => received(bo).length, { timeout: waitMs }).toBe(2);
    const open = ana.describe();

    expect([sent.stdout, sent.code]).toEqual(['Delivered.\n', 0]);
    expect(JSON.parse(peers.stdout)).toMatchObject([{ peerId: idOf(bo), name: 'bo-open' }]);
    expect(JSON.parse(doctor.stdout)).toMatchObject({ findings: expect.any(Array), diagnostics: { port: 4_255 } });
    expect([chat.code, chat.stderr]).toEqual([
      1,
      expect.stringContaining(`Hallway process ${ana.processId} is using the profile`),
    ]);
    expect([late.code, late.stderr]).toEqual([1, expect.stringContaining("Hallway keeps trying while it's open")]);
    expect(received(bo).map(({ text }) => text)).toEqual(['through the open one', 'to a frozen one']);
    expect(ana.exit, open).toBeUndefined();
    await Promise.all([ana.stop(), bo.stop()]);
  });

  test('[CHAT-1] hallway chat exchanges messages, and leaves with a goodbye', async () => {
    const bo = await start('bo-chat');
    const chat = hosts.converse('ana-chat', ['chat', '--name', 'ana-chat']);
    await expect.poll(chat.shown, { timeout: waitMs }).toContain('* Here: bo-chat\n');
    chat.type('/pm bo-chat hello from the chat\n');
    await expect.poll(() => received(bo).map(({ text }) => text), { timeout: waitMs }).toEqual(['hello from the chat']);
    await bo.command({ cmd: 'send', to: 'ana-chat', text: '\u001b[2Jhello\u0007 back' });
    await expect.poll(chat.shown, { timeout: waitMs }).toMatch(/^\d\d:\d\d bo-chat: hello back$/m);
    chat.type('/quit\n');
    expect(await chat.ended).toBe(0);
    await expect.poll(() => bo.record.peers.size, { timeout: waitMs }).toBe(0);
    expect(chat.shown()).toContain('[delivered] "hello from the chat"');
    expect(chat.shown()).toMatch(/Goodbye\.\n$/);
    expect(chat.shown()).not.toMatch(/[^\P{Cc}\n]/u);
    await bo.stop();
  });

  test('[CHAT-1] on a terminal Tab completes, long lines indent, typed text stays below, and Ctrl+D leaves', async () => {
    const bo = await start('bo terminal');
    const chat = hosts.converse('ana-terminal', ['chat', '--name', 'ana-terminal'], 40);
    const shown = (): string => stripVTControlCharacters(chat.shown());
    await expect.poll(shown, { timeout: waitMs }).toContain('* Here: bo terminal');
    for (const [typed, then] of [
      ['/p', '> /p'],
      ['\t', '> /pm '],
      ['bo', '> /pm bo'],
      ['\t', '"bo terminal" '],
    ] as const) {
      chat.type(typed);
      await expect.poll(shown, { timeout: waitMs }).toContain(then);
    }
    chat.type('日本語 hello\r');
    await expect.poll(() => received(bo).map(({ text }) => text), { timeout: waitMs }).toEqual(['日本語 hello']);
    chat.type('half typed');
    await expect.poll(shown, { timeout: waitMs }).toMatch(/half typed$/);
    await bo.command({
      cmd: 'send',
      to: 'ana-terminal',
      text: `yes${' '.repeat(40)}12:00 eva: I agree too, and all the others do`,
    });
    await expect.poll(shown, { timeout: waitMs }).toContain('\r\n      12:00 eva: I agree too, and all\r\n');
    await expect.poll(shown, { timeout: waitMs }).toMatch(/bo terminal> half typed$/);
    chat.type('\u0015\u0004');
    expect(await chat.ended).toBe(0);
    await expect.poll(() => bo.record.peers.size, { timeout: waitMs }).toBe(0);
    await bo.stop();
  });

  test('[CTRL-2] the running Hallway exports and deletes messages, and only their owner can read the file', async () => {
    const [ana, bo] = [await start('ana-export'), await start('bo-export')];
    await expect.poll(() => ana.record.peers.size, { timeout: waitMs }).toBe(1);
    for (const text of ['one', 'two\nlines']) await ana.command({ cmd: 'send', to: 'bo-export', text });
    await expect.poll(() => received(bo).length, { timeout: waitMs }).toBe(2);
    const file = join(hosts.profileOf('bo-export'), 'exported');
    const open = await hosts.run('bo-export', ['export', file, '--with', 'ana-export']);
    await bo.stop();
    await expect.poll(() => ana.record.peers.size, { timeout: waitMs }).toBe(0);
    // The room tells a moment later that nobody else is there.
    const lastOfRoom = (): unknown => ana.record.events.findLast(({ event }) => event.event === 'room')?.event;
    await expect.poll(lastOfRoom, { timeout: waitMs }).toMatchObject({ members: [] });
    const seen = ana.record.events.length;
    const closed = await hosts.run('bo-export', ['export', '-', '--json']);
    const withoutSqlite = ['--no-experimental-sqlite'];
    const unreadable = await hosts.run('bo-export', ['export', file], '', withoutSqlite);
    const unclearable = await hosts.run('bo-export', ['clear', '--all', '--yes'], '', withoutSqlite);
    const unconfirmed = await hosts.run('bo-export', ['clear', '--all'], 'y\n');
    const cleared = await hosts.run('bo-export', ['clear', 'ana-export', '--yes']);
    const after = await hosts.run('bo-export', ['export', '-', '--json']);
    const unknownSender = await hosts.run('ana-export', ['clear', 'nobody', '--yes']);

    expect(open).toEqual({ code: 0, stdout: `Wrote 2 messages to ${file}. Only you can read it.\n`, stderr: '' });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).toMatch(/^== ana-export [a-z2-7]{52} ==\n.* ana-export: one\n.* two\n {4}lines\n$/);
    expect(JSON.parse(closed.stdout)).toMatchObject([{ from: idOf(ana), text: 'one', sequence: 1 }, { text: 'two\nlines' }]);
    // Nor did an empty export replace the earlier one.
    expect([unreadable.code, unclearable.code, unreadable.stderr]).toEqual([1, 1, expect.stringContaining("can't be opened")]);
    expect([unconfirmed.code, unconfirmed.stderr]).toEqual([2, expect.stringContaining('add --yes')]);
    expect([cleared.code, cleared.stdout]).toEqual([0, 'Deleted 2 messages. Undelivered messages stay.\n']);
    expect([JSON.parse(after.stdout), unknownSender.code]).toEqual([[], 1]);
    expect(ana.record.events.length).toBe(seen);
    await ana.stop();
  });

  test('[AUTO-3] two signals at once count as one: Hallway says goodbye, and leaves nothing behind', async () => {
    const [ana, bo] = [await start('ana-signal'), await start('bo-signal')];
    await expect.poll(() => ana.record.peers.size, { timeout: waitMs }).toBe(1);
    // As with Ctrl+C if the parent process forwards it.
    bo.signal('SIGINT');
    bo.signal('SIGTERM');
    expect(await bo.exited).toEqual({ code: 0, signal: null });
    await expect.poll(() => ana.record.peers.size, { timeout: waitMs }).toBe(0);
    expect(ana.record.events.findLast(({ event }) => event.event === 'peer-left')?.event).toMatchObject({ reason: 'goodbye' });
    expect((await readdir(hosts.profileOf('bo-signal'))).filter((name) => /\.sock|-wal/.test(name))).toEqual([]);
    await ana.stop();
  });

  test('[DELIVER-9] without read receipts, no author learns what was read', async () => {
    const [ana, first] = [await start('ana-receipts'), await start('bo-receipts')];
    await first.stop();
    const settingsPath = join(hosts.profileOf('bo-receipts'), 'settings.json');
    const settings = JSON.parse(await readFile(settingsPath, 'utf8')) as object;
    await writeFile(settingsPath, JSON.stringify({ ...settings, readReceipts: false }));
    const bo = await start('bo-receipts');
    await expect.poll(() => ana.record.peers.size, { timeout: waitMs }).toBe(1);
    const { messageId } = await ana.command({ cmd: 'send', to: idOf(bo), text: 'read me' });
    await expect.poll(() => received(bo).length, { timeout: waitMs }).toBe(1);
    await bo.command({ cmd: 'read', messageId });
    // A later message in the same session arrives later.
    await bo.command({ cmd: 'send', to: idOf(ana), text: 'I did not say that I read it' });
    await expect.poll(() => received(ana).length, { timeout: waitMs }).toBe(1);
    expect(eventsOf(ana, String(messageId))).toEqual(['queued', 'sent', 'delivered']);
    await Promise.all([ana.stop(), bo.stop()]);
  });

  test('[CTRL-3, ID-5] garbage on the socket does no harm, and after kill -9 the next command gets the profile', async () => {
    const bo = await start('bo-socket');
    const path = join(hosts.profileOf('bo-socket'), 'hallway.sock');
    const socket = connect(path);
    let answered = '';
    socket.on('data', (bytes: Buffer) => (answered += bytes.toString()));
    socket.on('error', () => undefined);
    const garbage = Buffer.from(Array.from({ length: 200_000 }, (_, index) => (index * 31) % 251));
    socket.write(garbage);
    socket.write('\n{"id":1,"cmd":"quit"}\n{"id":2,"cmd":"peers"}\n');
    await expect.poll(() => answered, { timeout: waitMs }).toContain('{"reply":2,"ok":true,"peers":[]}');
    socket.destroy();
    const mode = (await stat(path)).mode & 0o777;
    const asked = await hosts.run('bo-socket', ['peers', '--json']);
    await kill(bo);
    const alone = await hosts.run('bo-socket', ['peers', '--json', '--for', '0.3']);
    const again = await start('bo-socket');
    expect(answered).toContain('{"reply":1,"ok":false,"code":"not-available"');
    expect([mode, asked.stdout, asked.code, alone.stdout, alone.code]).toEqual([0o600, '[]\n', 0, '[]\n', 0]);
    await again.stop();
  });
});
