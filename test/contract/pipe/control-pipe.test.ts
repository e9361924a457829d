/** The commands of the same user over a pipe, as on Windows. */
import { chmod, mkdtemp, readdir, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectControl } from '../../../src/main/hosts/cli/control/control-client.ts';
import { controlCommands, controlVersion } from '../../../src/main/hosts/cli/control/protocol.ts';
import { serveControl, type Control } from '../../../src/main/hosts/cli/control/serve-control.ts';
import type { CommandTarget } from '../../../src/main/hosts/cli/commands/one-shot.ts';
import { createIdentity, identityFromPem } from '../../../src/main/node/crypto/identity.ts';
import { openPipeSecret } from '../../../src/main/node/storage/pipe/pipe-secret.ts';
import { openProfile, type OpenProfileResult } from '../../../src/main/node/storage/profile/profile-folder.ts';
import { fakePeer } from '../../fakes/fake-hallway.ts';
import { createMessagingHallway, type MessagingHallway } from '../../fixtures/messaging-hallway.ts';
import { clock, pipePlace, random } from './pipe-world.ts';

const bo = fakePeer(1, { name: 'Bo' });

let directory = '';
let node: MessagingHallway;
let control: Control | undefined;
let opened: (() => Promise<void>)[] = [];

beforeEach(async () => {
  directory = await realpath(await mkdtemp(join(tmpdir(), 'hallway-pipe-')));
  node = createMessagingHallway({ hasRooms: true });
  node.join(bo);
});
afterEach(async () => {
  control?.close();
  for (const release of opened) await release();
  opened = [];
  await rm(directory, { recursive: true, force: true });
});

async function open(): Promise<OpenProfileResult> {
  const keys = { create: createIdentity, read: identityFromPem };
  const result = await openProfile(directory, { clock, random, keys, lockPlace: pipePlace(directory) });
  if (result.ok) opened.push(() => result.profile.release());
  return result;
}

async function openServed(): Promise<void> {
  const first = await open();
  if (!first.ok) throw new Error(first.code);
  control = serveControl(node.hallway, node);
  first.profile.serveControl(controlVersion, control);
}

async function connectAsCommand(): Promise<Extract<Awaited<ReturnType<typeof connectControl>>, { ok: true }>> {
  const second = await open();
  if (second.ok || !('control' in second) || second.control === undefined) throw new Error('not refused with an address');
  const connection = await connectControl(second.control, { clock, random });
  if (!connection.ok) throw new Error(connection.message);
  return connection;
}

/** Lets the node's virtual time stand still while real sockets carry the reply. */
async function ask(target: CommandTarget, command: Parameters<CommandTarget['run']>[0]): ReturnType<CommandTarget['run']> {
  const reply = target.run(command);
  let isThere = false;
  void reply.then(() => (isThere = true));
  await expect.poll(async () => (await node.settle(), isThere)).toBe(true);
  return reply;
}

describe('a profile whose lock is a pipe', () => {
  it('[CTRL-8] answers every command to a client that proves the pipe secret', async () => {
    await openServed();
    const { target, close } = await connectAsCommand();
    const send = await ask(target, { cmd: 'send', to: 'Bo', text: 'to cancel' });
    const cancel = await ask(target, { cmd: 'cancel', messageId: String(send['messageId']) });
    await node.receive(bo, 'hello');
    const replies = {
      send,
      cancel,
      peers: await ask(target, { cmd: 'peers' }),
      join: await ask(target, { cmd: 'join', room: 'tea' }),
      topic: await ask(target, { cmd: 'topic', room: 'tea', text: 'green' }),
      say: await ask(target, { cmd: 'say', room: 'tea', text: 'hello' }),
      rooms: await ask(target, { cmd: 'rooms' }),
      leave: await ask(target, { cmd: 'leave', room: 'tea' }),
      history: await ask(target, { cmd: 'history', with: 'Bo', limit: 5 }),
      search: await ask(target, { cmd: 'search', text: 'hello', limit: 5 }),
      export: await ask(target, { cmd: 'export', limit: 5 }),
      clear: await ask(target, { cmd: 'clear', all: true }),
      diagnostics: await ask(target, { cmd: 'diagnostics' }),
      doctor: await ask(target, { cmd: 'doctor' }),
      report: await ask(target, { cmd: 'report' }),
      settings: await ask(target, { cmd: 'settings' }),
      set: await ask(target, { cmd: 'set', key: 'note', value: 'at lunch' }),
      reset: await ask(target, { cmd: 'reset', key: 'note' }),
    };
    const transferId = String(send['messageId']);
    const aboutFiles = {
      transfers: await ask(target, { cmd: 'transfers' }),
      'send-files': await ask(target, { cmd: 'send-files', to: 'Bo', paths: ['/nowhere'] }),
      accept: await ask(target, { cmd: 'accept', transferId }),
      decline: await ask(target, { cmd: 'decline', transferId }),
      'cancel-transfer': await ask(target, { cmd: 'cancel-transfer', transferId }),
      'pause-transfer': await ask(target, { cmd: 'pause-transfer', transferId }),
      'resume-transfer': await ask(target, { cmd: 'resume-transfer', transferId }),
    };
    close();

    expect(Object.keys({ ...replies, ...aboutFiles }).sort()).toEqual([...controlCommands].sort());
    expect(Object.values(aboutFiles).map(({ ok, code }) => (ok === true ? 'done' : code))).toEqual([
      ...['done', 'done'],
      ...['unknown-transfer', 'unknown-transfer', 'unknown-transfer', 'unknown-transfer', 'unknown-transfer'],
    ]);
    expect(Object.entries(replies).filter(([, { ok }]) => ok !== true)).toEqual([]);
    expect(replies.peers).toMatchObject({ peers: [{ name: 'Bo' }] });
  });

  it('[ID-6] names the process that has it, and is free again after release', async () => {
    const first = await open();
    const second = await open();
    await opened.pop()?.();
    const third = await open();

    expect({ first: first.ok, second, third: third.ok }).toMatchObject({
      first: true,
      second: { ok: false, code: 'profile-in-use', values: { holder: 'known', pid: process.pid } },
      third: true,
    });
  });

  it('[ID-6] goes to exactly one of many that start at the same moment, with one secret for all', async () => {
    const results = await Promise.all(Array.from({ length: 12 }, open));
    const names = await readdir(directory);

    expect(results.filter(({ ok }) => ok)).toHaveLength(1);
    expect(names.filter((name) => name.startsWith('pipe-secret'))).toEqual(['pipe-secret']);
  });
});

describe('[CTRL-10] the pipe secret', () => {
  const openSecret = (): ReturnType<typeof openPipeSecret> => openPipeSecret(directory, { clock, random });

  it('is for its owner only, and is the same ever after', async () => {
    const first = await openSecret();
    const { mode } = await stat(join(directory, 'pipe-secret'));
    await chmod(join(directory, 'pipe-secret'), 0o644);
    const second = await openSecret();
    const again = await stat(join(directory, 'pipe-secret'));

    expect(second).toEqual(first);
    expect([mode & 0o777, again.mode & 0o777]).toEqual(process.platform === 'win32' ? [0o666, 0o666] : [0o600, 0o600]);
  });

  it.each([
    ['nothing', ''],
    ['half of a secret', 'q83vASNFZ4mrze8B'],
    ['another text', `${'='.repeat(43)}\n`],
  ])('is made anew when the file holds %s, which is kept', async (_, text) => {
    await writeFile(join(directory, 'pipe-secret'), text);
    const made = await openSecret();
    const names = await readdir(directory);
    const aside = names.find((name) => name.includes('.unreadable-')) ?? '';

    expect(made).toEqual({ ok: true, secret: expect.any(Uint8Array) });
    expect(await openSecret()).toEqual(made);
    expect({ names: names.length, aside: await readFile(join(directory, aside), 'utf8') }).toEqual({ names: 2, aside: text });
  });
});
