/**
 * A profile that is restored from an older copy: its messages since then were said, and others hold
 * them.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { conversationOfRoom } from '../../src/shared/lib/ids.ts';
import { createMirroredStore } from '../fakes/mirrored-store.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import type { SimNode } from './sim-node.ts';
import { areAllOnline } from '../scenarios/expectations.ts';

const everyone = conversationOfRoom('everyone');
const onlineMs = 10_000;
/** Beacons, a pull after each, and the texts that are said again. */
const settleMs = 60_000;

let world: SimWorld;
beforeEach(() => {
  world = createSimWorld({ seed: 'restored' });
});
afterEach(() => world.close());

/** Oldest first: those that count, or all, with those that lost marked. */
function textsOf(node: SimNode, which: 'counting' | 'all'): readonly string[] {
  const messages = node.hallway.rooms?.history(everyone, { limit: 99 }) ?? [];
  const shown = messages.filter(({ place }) => which === 'all' || place?.counts !== false);
  return shown.map(({ text, place }) => (place?.counts === false ? `${text} (lost)` : text)).reverse();
}

async function sayAll(node: SimNode, texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    const saying = node.hallway.rooms?.say('everyone', text);
    await world.passTime(500);
    await saying;
  }
}

test.each([
  ['before it hears the others', 0],
  ['after it heard the others', 30_000],
])(
  '[ROOM-230] a profile restored from an older copy, which speaks %s: everything said counts once, on all',
  async (_when, waitMs) => {
    const [host, ...hosts] = await world.addHosts(3);
    if (!host) throw new Error('no host');
    const mirrored = createMirroredStore({ clock: world.clock });
    world.restore(host, mirrored.store);
    const others = (await Promise.all(hosts.map((one) => one.start()))) as SimNode[];
    const startAgain = async (): Promise<SimNode> => {
      const node = (await host.start()) as SimNode;
      await world.waitUntil('all are here', () => areAllOnline([node, ...others]), onlineMs);
      return node;
    };
    const first = await startAgain();
    await sayAll(first, ['one', 'two']);
    await first.stop();
    const copy = mirrored.takeCopy();
    const second = await startAgain();
    await sayAll(second, ['three', 'four']);
    await second.stop();
    await sayAll(others[0] as SimNode, ['still here?']);
    world.restore(host, copy);
    const undo = waitMs === 0 ? await world.block({ to: [host], traffic: 'all' }) : undefined;
    const restored = (await host.start()) as SimNode;
    await world.passTime(waitMs);
    const before = textsOf(restored, 'all');
    await sayAll(restored, ['five', 'six']);
    await undo?.();
    await world.passTime(settleMs);
    const nodes = [restored, ...others];
    const said = ['one', 'two', 'three', 'four', 'still here?', 'five', 'six'];
    expect(before).toEqual(waitMs === 0 ? ['one', 'two'] : said.slice(0, 5));
    expect(nodes.map((node) => textsOf(node, 'counting'))).toEqual(nodes.map(() => said));
    const lost = textsOf(restored, 'all').filter((text) => text.endsWith(' (lost)'));
    expect(lost).toEqual(waitMs === 0 ? ['five (lost)', 'six (lost)'] : []);
  },
);
