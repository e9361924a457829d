/**
 * Rooms as scripts and people at a terminal see them: the built `hallway` command, as several
 * processes on two hosts.
 */
import { existsSync } from 'node:fs';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { AutomationMessage } from '../scenarios/node-record.ts';
import type { AutomationNode } from './automation-node.ts';
import { createCommandHosts, waitMs, type CommandHosts } from './command-hosts.ts';
import { builtCommand } from './netns-world.ts';
import { mustSkipNetns } from './tools.ts';

let hosts: CommandHosts;

/** No datagram holds it. */
const longText = 'tea '.repeat(1_000);

interface ListedRoom {
  readonly room: string;
  readonly members: readonly string[];
  readonly topic: string;
  readonly unread: number;
}

function idOf(node: AutomationNode): string {
  return node.record.ready?.event.peerId ?? '';
}

async function roomsAt(node: AutomationNode): Promise<readonly ListedRoom[]> {
  return (await node.command({ cmd: 'rooms' }))['rooms'] as readonly ListedRoom[];
}

async function historyAt(node: AutomationNode, room: string): Promise<readonly AutomationMessage[]> {
  return (await node.command({ cmd: 'history', with: room, limit: 100 }))['messages'] as readonly AutomationMessage[];
}

function heardAt(node: AutomationNode): readonly string[] {
  return node.record.events.flatMap(({ event }) =>
    event.event === 'message' ? [`${event.message.fromName} in ${event.message.to}: ${event.message.text}`] : [],
  );
}

/** Two nodes in `#everyone`, as soon as each knows that the other one is in it. */
async function startTwo(): Promise<readonly [AutomationNode, AutomationNode]> {
  const [ana, bo] = [await hosts.start('ana-rooms'), await hosts.start('bo-rooms')];
  for (const node of [ana, bo])
    await expect
      .poll(async () => (await roomsAt(node)).find(({ room }) => room === '#everyone')?.members.length, { timeout: waitMs })
      .toBe(1);
  return [ana, bo];
}

describe.skipIf(mustSkipNetns())('rooms of the built command', () => {
  beforeAll(async () => {
    if (!existsSync(builtCommand)) throw new Error(`${builtCommand} is not built yet: npm run build`);
    hosts = await createCommandHosts();
  });
  afterAll(() => hosts.close());
  afterEach(() => hosts.clear());

  test('[AUTO-9][ROOM-120][ROOM-124][ROOM-125] a program joins a room, says things in it, sets its topic and leaves', async () => {
    const [ana, bo] = await startTwo();
    await ana.command({ cmd: 'join', room: 'Tea' });
    await bo.command({ cmd: 'join', room: '#tea' });
    await expect.poll(async () => (await roomsAt(ana))[1], { timeout: waitMs }).toMatchObject({ members: [idOf(bo)] });
    const { messageId } = await ana.command({ cmd: 'say', room: '#tea', text: 'Green or black?' });
    await expect.poll(() => heardAt(bo), { timeout: waitMs }).toEqual(['ana-rooms in #tea: Green or black?']);
    await bo.command({ cmd: 'topic', room: 'tea', text: 'Tea at four' });
    await expect.poll(async () => (await roomsAt(ana))[1]?.topic, { timeout: waitMs }).toBe('Tea at four');
    await expect
      .poll(async () => (await historyAt(ana, '#tea')).map((message) => [message.messageId, message.state]), { timeout: waitMs })
      .toEqual([[messageId, 'delivered']]);
    expect((await roomsAt(bo))[1]).toEqual({ room: '#tea', members: [idOf(ana)], topic: 'Tea at four', unread: 1 });
    expect(await historyAt(bo, '#tea')).toMatchObject([{ messageId, from: idOf(ana), late: false, ahead: false }]);

    await ana.command({ cmd: 'say', room: 'tea', text: longText });
    await expect.poll(() => heardAt(bo)[1], { timeout: waitMs }).toBe(`ana-rooms in #tea: ${longText}`);

    await bo.command({ cmd: 'leave', room: 'tea' });
    await expect.poll(async () => (await roomsAt(ana))[1]?.members, { timeout: waitMs }).toEqual([]);
    expect((await roomsAt(bo)).map(({ room }) => room)).toEqual(['#everyone']);
    expect(await historyAt(bo, '#tea')).toHaveLength(2);
    await expect(bo.command({ cmd: 'say', room: 'tea', text: 'too late' })).rejects.toThrow('not-joined');
    await Promise.all([ana.stop(), bo.stop()]);
  });

  test('[AUTO-10][ROOM-126] hallway say ends once everyone has it, alone and through an open Hallway', async () => {
    const alone = await hosts.run('ana-say', ['say', 'everyone', 'anyone?', '--name', 'ana-say']);
    const [ana, bo] = await startTwo();
    const asNode = await hosts.run('ana-say', ['say', '#everyone', 'from a command', '--name', 'ana-say']);
    const throughOpen = await hosts.run('ana-rooms', ['say', 'everyone', '-'], 'from the open one\n');
    const bad = await hosts.run('ana-rooms', ['say', 'no room', 'x']);
    const alsoJoined = await hosts.run('ana-say', ['say', 'everyone', 'and a room', '--name', 'ana-say', '--room', 'tea']);
    expect({ alone, asNode, throughOpen, alsoJoined }).toEqual({
      alone: { code: 0, stdout: "No one else is in that room right now. Others get it once they're back.\n", stderr: '' },
      asNode: { code: 0, stdout: 'Everyone here has it.\n', stderr: '' },
      throughOpen: { code: 0, stdout: 'Everyone here has it.\n', stderr: '' },
      alsoJoined: { code: 0, stdout: 'Everyone here has it.\n', stderr: '' },
    });
    expect(bad).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining("can't be the name of a room") });
    expect(heardAt(bo).toSorted()).toEqual([
      'ana-rooms in #everyone: from the open one',
      'ana-say in #everyone: and a room',
      'ana-say in #everyone: anyone?',
      'ana-say in #everyone: from a command',
    ]);
    await Promise.all([ana.stop(), bo.stop()]);
  });

  test('[CHAT-10] hallway chat talks in rooms', async () => {
    const bo = await hosts.start('bo-chat');
    const chat = hosts.converse('ana-chat', ['chat', '--name', 'ana-chat', '--room', 'tea'], 80);
    const shown = (): string => stripVTControlCharacters(chat.shown());
    await expect.poll(shown, { timeout: waitMs }).toContain('* Here: bo-chat');
    chat.type('Hello, all\r');
    await expect.poll(() => heardAt(bo), { timeout: waitMs }).toEqual(['ana-chat in #everyone: Hello, all']);
    await bo.command({ cmd: 'say', room: 'everyone', text: 'Hello, Ana' });
    await expect.poll(shown, { timeout: waitMs }).toContain('bo-chat: Hello, Ana');
    await bo.command({ cmd: 'join', room: 'tea' });
    chat.type('/join tea\r');
    chat.type('The kettle is on\r');
    await expect.poll(() => heardAt(bo)[1], { timeout: waitMs }).toBe('ana-chat in #tea: The kettle is on');
    chat.type('/topic Green or black\r');
    await expect
      .poll(async () => (await roomsAt(bo)).find(({ room }) => room === '#tea')?.topic, { timeout: waitMs })
      .toBe('Green or black');
    chat.type('\u0004');
    expect(await chat.ended).toBe(0);
    await bo.stop();
  });
});
