/**
 * The built `hallway` command, several processes on the loopback adapter of this computer: what scripts and people see of direct messages, and
 * what is left of them when processes are killed. The scenarios of test/scenarios go further; this is the command itself.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createSeededRandom } from '../support/seeded-random.ts';
import type { AutomationMessage } from '../scenarios/node-record.ts';
import { startAutomationNode, type AutomationNode } from './automation-node.ts';
import { builtCommand } from './lab-world.ts';
import { mustSkipLab } from './tools.ts';

/** Of ours alone: other tests use other ports. */
const port = 24_000 + (process.pid % 1_000);
const network = ['--interface', 'lo', '--port', String(port)];
/** Real processes on a busy machine. */
const waitMs = 30_000;

let directory = '';
let nodes: AutomationNode[] = [];
let children: (() => void)[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hallway-command-'));
});
afterAll(async () => rm(directory, { recursive: true, force: true }));
afterEach(async () => {
  for (const killChild of children) killChild();
  for (const node of nodes) node.signal('SIGKILL');
  await Promise.all(nodes.map((node) => node.exited));
  children = [];
  nodes = [];
});

function profileOf(name: string): readonly string[] {
  return ['--profile', join(directory, name), ...network];
}

async function start(name: string): Promise<AutomationNode> {
  const command = [process.execPath, builtCommand, 'run', '--json', '--name', name, ...profileOf(name)] as const;
  const options = { name, environment: process.env, nowMs: () => performance.now(), onChange: () => undefined };
  const node = startAutomationNode({ ...options, command: [...command] });
  nodes.push(node);
  await expect.poll(() => node.record.ready !== undefined, { timeout: waitMs }).toBe(true);
  return node;
}

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

interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that does one thing and leaves. @param input given on its standard input */
function run(name: string, args: readonly string[], input = ''): Promise<Run> {
  const [command = '', ...others] = args;
  const child = spawn(process.execPath, [builtCommand, command, ...profileOf(name), ...others]);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (bytes: Buffer) => (stdout += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (stderr += bytes.toString()));
  child.stdin.end(input);
  children.push(() => child.kill('SIGKILL'));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr })));
}

describe.skipIf(mustSkipLab())('the built command', () => {
  beforeAll(() => {
    if (!existsSync(builtCommand)) throw new Error(`${builtCommand} is not built yet: npm run build`);
  });

  test('[AUTO-1] tells what becomes of a message, in order, up to being read', async () => {
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

  test('[DELIVER-3] what was queued while nobody was there arrives once, also after kill -9 of both at any moment', async () => {
    const random = createSeededRandom('killed');
    const accepted: string[] = [];
    const all: AutomationNode[] = [];
    let number = 0;
    for (let round = 0; round < 6; round += 1) {
      // In turns: only the author, both at once, the author and then the receiver.
      const ana = await start('ana-killed');
      const bo = round % 2 === 0 ? await start('bo-killed') : undefined;
      if (bo) all.push(bo);
      // A name means nobody before it was seen once.
      await expect.poll(() => round > 0 || ana.record.peers.size === 1, { timeout: waitMs }).toBe(true);
      const sends = Array.from({ length: 40 }, () => {
        number += 1;
        return ana.command({ cmd: 'send', to: 'bo-killed', text: `${number}` }).then(
          ({ messageId }) => void accepted.push(String(messageId)),
          () => undefined,
        );
      });
      // A moment of real time, so that the end falls anywhere between accepting, sending, keeping and acknowledging.
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
    const told = received(...all).map(({ messageId }) => messageId);
    console.log(`${number} asked, ${accepted.length} accepted, ${kept.length} kept over there, ${told.length} told`);

    expect(kept.map(({ messageId, text }) => [messageId, text])).toEqual(sent.map(({ messageId, text }) => [messageId, text]));
    expect(kept.map(({ text }) => Number(text))).toEqual(kept.map(({ text }) => Number(text)).sort((a, b) => a - b));
    expect(accepted.filter((messageId) => !kept.some((message) => message.messageId === messageId))).toEqual([]);
    expect(new Set(told).size).toBe(told.length);
    await Promise.all([ana.stop('SIGTERM'), bo.stop('SIGINT')]);
  });

  test('[AUTO-7] hallway send succeeds only when the message is delivered', async () => {
    const bo = await start('bo-send');
    const delivered = await run('ana-send', ['send', 'bo-send', 'on my own']);
    const fromInput = await run('ana-send', ['send', idOf(bo), '-'], 'from input\n');
    const unknown = await run('ana-send', ['send', 'nobody', 'x', '--for', '1.5']);
    await bo.stop();
    const late = await run('ana-send', ['send', 'bo-send', 'later', '--for', '1.5']);
    const again = await start('bo-send');
    const nextTime = await run('ana-send', ['send', 'bo-send', 'last']);
    expect([delivered, fromInput, unknown, late, nextTime]).toEqual([
      { code: 0, stdout: 'Delivered.\n', stderr: '' },
      { code: 0, stdout: 'Delivered.\n', stderr: '' },
      { code: 1, stdout: '', stderr: 'Nobody called "nobody" was ever seen here.\n' },
      {
        code: 1,
        stdout: '',
        stderr: 'The time is over and it is not delivered yet. It is kept in this profile, and goes out when Hallway is open.\n',
      },
      { code: 0, stdout: 'Delivered.\n', stderr: '' },
    ]);
    expect(received(bo, again).map(({ text }) => text)).toEqual(['on my own', 'from input', 'later', 'last']);
  });

  test('[CTRL-1] commands ask the Hallway that is open with the profile', async () => {
    const [ana, bo] = [await start('ana-open'), await start('bo-open')];
    await expect.poll(() => ana.record.peers.size, { timeout: waitMs }).toBe(1);
    const sent = await run('ana-open', ['send', 'bo-open', 'through the open one']);
    const peers = await run('ana-open', ['peers', '--json']);
    const doctor = await run('ana-open', ['doctor', '--json']);
    const chat = await run('ana-open', ['chat']);
    bo.signal('SIGSTOP');
    const late = await run('ana-open', ['send', 'bo-open', 'to a frozen one', '--for', '0.5']);
    bo.signal('SIGCONT');
    await expect.poll(() => received(bo).length, { timeout: waitMs }).toBe(2);
    const open = ana.describe();

    expect([sent.stdout, sent.code]).toEqual(['Delivered.\n', 0]);
    expect(JSON.parse(peers.stdout)).toMatchObject([{ peerId: idOf(bo), name: 'bo-open' }]);
    expect(JSON.parse(doctor.stdout)).toMatchObject({ findings: expect.any(Array), diagnostics: { port } });
    expect([chat.code, chat.stderr]).toEqual([1, expect.stringContaining(`in use by Hallway process ${ana.processId}`)]);
    expect([late.code, late.stderr]).toEqual([1, expect.stringContaining('Hallway goes on trying while it is open')]);
    expect(received(bo).map(({ text }) => text)).toEqual(['through the open one', 'to a frozen one']);
    expect(ana.exit, open).toBeUndefined();
    await Promise.all([ana.stop(), bo.stop()]);
  });

  test('[CHAT-1] hallway chat talks with the others, and leaves with a goodbye', async () => {
    const bo = await start('bo-chat');
    const child = spawn(process.execPath, [builtCommand, 'chat', '--name', 'ana-chat', ...profileOf('ana-chat')]);
    children.push(() => child.kill('SIGKILL'));
    let shown = '';
    child.stdout.on('data', (bytes: Buffer) => (shown += bytes.toString()));
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    await expect.poll(() => shown, { timeout: waitMs }).toContain('* Here: bo-chat\n');
    child.stdin.write('/pm bo-chat hello from the chat\n');
    await expect.poll(() => received(bo).map(({ text }) => text), { timeout: waitMs }).toEqual(['hello from the chat']);
    await bo.command({ cmd: 'send', to: 'ana-chat', text: '\u001b[2Jhello\u0007 back' });
    await expect.poll(() => shown, { timeout: waitMs }).toMatch(/^\d\d:\d\d bo-chat: hello back$/m);
    child.stdin.write('/quit\n');
    expect(await ended).toBe(0);
    await expect.poll(() => bo.record.peers.size, { timeout: waitMs }).toBe(0);
    expect(shown).toContain('[delivered] "hello from the chat"');
    expect(shown).toMatch(/Goodbye\.\n$/);
    // oxlint-disable-next-line no-control-regex
    expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    await bo.stop();
  });
});
