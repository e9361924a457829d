/** Messages of peers and what they notify of, on the simulated network. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Notification } from '../../src/main/core/notifications/notification.ts';
import { conversationOf, conversationOfRoom } from '../../src/shared/lib/ids.ts';
import { behindAll } from '../fakes/cursors.ts';
import { nth } from '../scenarios/expectations.ts';
import { eventObject } from '../../src/main/hosts/cli/automation/automation-objects.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { startSettled } from './start-settled.ts';

/** Time for a message and its answer, with slack. */
const soonMs = 2_000;

let world: SimWorld;
beforeEach(() => void (world = createSimWorld({ seed: 'notifications' })));
afterEach(() => world.close());

/** Two nodes, and what the second one is told. */
async function meet() {
  const nodes = await startSettled(world, 2);
  const [ana, bo] = [nth(nodes, 0), nth(nodes, 1)];
  const shown: Notification[] = [];
  const cleared: string[] = [];
  const told: unknown[] = [];
  bo.hallway.subscribe((event) => {
    if (event.type === 'notification') {
      shown.push(event.notification);
      told.push(eventObject(event, bo.hallway));
    }
    if (event.type === 'notification-cleared') cleared.push(event.conversation);
  });
  return { ana, bo, shown, cleared, told };
}

async function send(from: SimNode, to: SimNode, text: string): Promise<void> {
  const sending = from.send(to.peerId, text);
  await world.passTime(soonMs);
  await sending;
}

async function say(from: SimNode, text: string): Promise<void> {
  const saying = from.hallway.rooms?.say('everyone', text);
  await world.passTime(soonMs);
  await saying;
}

async function read(node: SimNode, conversation: ReturnType<typeof conversationOf>): Promise<void> {
  const { rooms, messages } = node.hallway;
  const isRoom = conversation === conversationOfRoom('everyone');
  const through = isRoom ? rooms?.history(conversation, { limit: 1 })[0]?.cursor : behindAll;
  const reading = through && (isRoom ? rooms : messages)?.markRead(conversation, through);
  await world.passTime(soonMs);
  await reading;
}

test('[NOTIFY-1, NOTIFY-15, NOTIFY-16] messages show one banner, which goes when they are read', async () => {
  const { ana, bo, shown, cleared } = await meet();
  for (const text of ['hello', 'are you there?']) await send(ana, bo, text);
  const badge = bo.hallway.notifications?.badge();
  await read(bo, conversationOf(ana.peerId));
  expect({
    shown,
    cleared,
    badge,
    left: bo.hallway.notifications?.list(),
    after: bo.hallway.notifications?.badge(),
  }).toMatchObject({
    shown: [
      { text: 'hello', count: 1, isNew: true },
      { count: 2, isNew: false },
    ],
    cleared: [conversationOf(ana.peerId)],
    badge: 2,
    left: [],
    after: 0,
  });
});

test('[NOTIFY-2, NOTIFY-9] a blocked person and a busy user cause none', async () => {
  const { ana, bo, shown } = await meet();
  bo.hallway.profile.change({ status: 'busy' });
  await send(ana, bo, 'while busy');
  bo.hallway.profile.change({ status: 'available' });
  bo.hallway.contacts?.setBlocked(ana.peerId, true);
  await say(ana, `@${bo.hallway.profile.self().name} while blocked`);
  expect({ shown, badge: bo.hallway.notifications?.badge() }).toEqual({ shown: [], badge: 1 });
});

test('[NOTIFY-6, NOTIFY-10] a line of a room shows a banner as the user chose', async () => {
  const { ana, bo, shown } = await meet();
  const mention = `lunch, @${bo.hallway.profile.self().name.toUpperCase()}?`;
  const texts: Record<string, readonly (string | undefined)[]> = {};
  for (const notifyRooms of ['mentions', 'all', 'none'] as const) {
    await bo.hallway.settings.set('notifyRooms', notifyRooms);
    for (const text of ['hello', mention]) {
      await say(ana, text);
      await read(bo, conversationOfRoom('everyone'));
    }
    texts[notifyRooms] = shown.splice(0).map(({ text }) => text);
  }
  expect(texts).toEqual({ mentions: [mention], all: ['hello', mention], none: [] });
});

test('[NOTIFY-2] a muted room causes none', async () => {
  const { ana, bo, shown } = await meet();
  await bo.hallway.settings.set('notifyRooms', 'all');
  const muting = bo.hallway.rooms?.setMuted('everyone', true);
  await world.passTime(soonMs);
  await muting;
  await say(ana, 'hello');
  expect({ shown, badge: bo.hallway.notifications?.badge() }).toEqual({ shown: [], badge: 0 });
});

test('[NOTIFY-27] scripts are told each banner that is shown or replaced', async () => {
  const { ana, bo, told } = await meet();
  for (const text of ['hello', 'are you there?']) await send(ana, bo, text);
  const { name } = ana.hallway.profile.self();
  expect(told).toEqual([
    { event: 'notification', conversation: ana.peerId, title: name, body: 'hello', count: 1 },
    { event: 'notification', conversation: ana.peerId, title: name, body: '2 new messages', count: 2 },
  ]);
});
