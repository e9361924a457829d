import { mkdir, mkdtemp, readFile, realpath, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HallwayEvent } from './hallway.ts';
import type { Log } from './ports.ts';
import { startNode, type StartedNode } from './start-node.ts';

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
  if (!result.ok) throw new Error(result.message);
  nodes.push(result.node);
  return result.node;
}

async function savedSettings(): Promise<unknown> {
  return JSON.parse(await readFile(join(directory, 'settings.json'), 'utf8')) as unknown;
}

describe('a node', () => {
  it('misses no event for whoever subscribes at once, and leaves when told to, once', async () => {
    const { hallway, stop } = await start('Ana');
    const ready = new Promise<HallwayEvent>((resolve) => hallway.subscribe((event) => event.type === 'ready' && resolve(event)));
    const { type } = await ready;
    await Promise.all([stop(), stop()]);
    expect([type, hallway.self().name, hallway.self().host]).toEqual(['ready', 'Ana', hostname()]);
  });

  it('leaves also before it began', async () => {
    const node = await start();
    await node.stop();
    const again = await start();
    expect(again.hallway.self().peerId).toBe(node.hallway.self().peerId);
  });

  it('[ID-5] is one per profile', async () => {
    await start();
    const second = await startNode({ log, profileDirectory: directory, presence });
    expect(second).toMatchObject({
      ok: false,
      code: 'profile-in-use',
      message: expect.stringContaining(`process ${process.pid} `),
    });
  });

  it('[PROF-1] remembers what the person changed, and not what only this start was told', async () => {
    const first = await start('for this run');
    first.hallway.changeProfile({ status: 'busy' });
    first.hallway.changeProfile({ note: 'in a meeting' });
    await first.stop();
    const saved = await savedSettings();
    const second = await start();
    const { status, note } = second.hallway.self();
    second.hallway.changeProfile({ name: 'Ana' });
    await second.stop();
    const third = await start();

    expect(saved).toEqual({ status: 'busy', note: 'in a meeting' });
    expect({ status, note }).toEqual({ status: 'busy', note: 'in a meeting' });
    expect(third.hallway.self()).toMatchObject({ name: 'Ana', status: 'busy', note: 'in a meeting' });
  });

  it('[HEALTH-2] says that it cannot save for as long as it cannot', async () => {
    const obstacle = join(directory, 'settings.json.new');
    await mkdir(join(obstacle, 'inside'), { recursive: true });
    const { hallway } = await start();
    const saysSo = (): boolean => hallway.health().some(({ code }) => code === 'profile-not-writable');

    hallway.changeProfile({ note: 'one' });
    await expect.poll(saysSo).toBe(true);
    await rm(obstacle, { recursive: true });
    hallway.changeProfile({ note: 'two' });
    await expect.poll(saysSo).toBe(false);
    expect(await savedSettings()).toEqual({ note: 'two' });
  });
});
