import { describe, expect, it } from 'vitest';
import { fakePeer } from '../../../../../test/fakes/fake-hallway.ts';
import { createMessagingHallway, type MessagingHallway } from '../../../../../test/fixtures/messaging-hallway.ts';
import { ownTarget } from './one-shot.ts';
import { sayAndWait, untilSettled } from './say-and-wait.ts';

const bo = fakePeer(1, { name: 'Bo' });
const eva = fakePeer(2, { name: 'Eva' });
const never = new Promise<void>(() => undefined);

function createNode(): MessagingHallway {
  const node = createMessagingHallway({ hasRooms: true });
  node.join(bo);
  node.join(eva);
  return node;
}

function say(node: MessagingHallway, room: string, forMs = 30_000): ReturnType<typeof sayAndWait> {
  return sayAndWait(ownTarget(node.hallway, never), { room, text: 'hello', forMs }, node, new AbortController().signal);
}

function lastSaid(node: MessagingHallway, room: string): string {
  return node.hallway.rooms?.conversations().find(({ conversation }) => conversation === `room:${room}`)?.last.messageId ?? '';
}

describe('[AUTO-10] hallway say', () => {
  it('is done once every member that is here has it', async () => {
    const node = createNode();
    let outcome: unknown;
    void say(node, '#Everyone').then((done) => (outcome = done));
    await node.settle();
    node.fake.inRooms.keep(lastSaid(node, 'everyone'), 1);
    await node.settle();
    const withOne = outcome;
    node.fake.inRooms.keep(lastSaid(node, 'everyone'), 2);
    await node.settle();
    node.closeMessages();
    expect({ withOne, outcome, timersLeft: node.clock.pendingTimers() }).toEqual({
      withOne: undefined,
      outcome: { delivered: true },
      timersLeft: 0,
    });
  });

  it('is done when nobody else is in the room, at once or after the last one left', async () => {
    const node = createNode();
    const alone = await Promise.all([say(node, 'lunch'), node.settle()]);
    node.fake.inRooms.enter('tea', bo.peerId);
    let outcome: unknown;
    void say(node, 'tea').then((done) => (outcome = done));
    await node.settle();
    await node.clock.advance(5_000);
    const meanwhile = outcome;
    node.fake.inRooms.exit('tea', bo.peerId);
    await node.clock.advance(1_000);
    await node.settle();
    expect({ alone: alone[0], meanwhile, outcome }).toEqual({
      alone: { delivered: true, isAlone: true },
      meanwhile: undefined,
      outcome: { delivered: true, isAlone: true },
    });
  });

  it('joins the room, and says what was wrong', async () => {
    const node = createNode();
    node.fake.inRooms.enter('tea', bo.peerId);
    const late = say(node, 'tea', 500);
    const bad = say(node, 'no room');
    await node.settle();
    const isJoined = node.hallway.rooms?.list().find(({ name }) => name === 'tea')?.isJoined;
    await node.clock.advance(500);
    node.fake.inRooms.refuseWrites(true);
    const full = say(node, 'coffee');
    await node.settle();
    expect({ isJoined, late: await late, bad: await bad, full: await full }).toMatchObject({
      isJoined: true,
      late: { delivered: false, why: 'not-yet' },
      bad: { delivered: false, why: 'refused', message: expect.stringContaining("can't be the name of a room") },
      full: { delivered: false, why: 'refused', message: expect.stringContaining("couldn't be saved") },
    });
  });

  it('waits a second after the start, or until its time is over', async () => {
    const node = createNode();
    const settled: string[] = [];
    const signal = new AbortController().signal;
    void untilSettled(node.hallway, { clock: node.clock, forMs: 30_000, signal }).then(() => settled.push('ready'));
    void untilSettled(node.hallway, { clock: node.clock, forMs: 600, signal }).then(() => settled.push('over'));
    node.emit({ type: 'ready', tcpPort: 1, unicastPort: 2, interfaces: [] });
    await node.clock.advance(999);
    const before = [...settled];
    await node.clock.advance(1);
    await node.settle();
    expect({ before, settled }).toEqual({ before: ['over'], settled: ['over', 'ready'] });
  });
});
