/** A firewall of the real system between two peers that are here (rule SESS-18). */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { untilAllSeeAll, untilHealth } from '../scenarios/expectations.ts';
import { createNetnsWorld, type NetnsWorld } from './netns-world.ts';
import { applyRules, mustSkipNetns } from './tools.ts';

const waitMs = 60_000;
const namedMs = 30_000;
const blockTcp = `table inet firewall {
  chain input { type filter hook input priority 0; tcp flags & (syn | ack) == syn VERDICT; }
}`;

let world: NetnsWorld;

describe.skipIf(mustSkipNetns())('a firewall that lets in UDP alone', () => {
  beforeEach(async () => {
    world = await createNetnsWorld();
  });
  afterEach(() => world.close());

  test.each(['drop', 'reject with tcp reset'])('[SESS-18] is named within 30 s, until it lets TCP in: %s', async (verdict) => {
    const [ana, bo] = [await world.addHost(), await world.addHost()];
    await applyRules(bo.namespace, blockTcp.replace('VERDICT', verdict));
    const [from, to] = [await ana.start({ name: 'ana' }), await bo.start({ name: 'bo' })];
    await untilAllSeeAll(world, [from, to], waitMs);
    const messageId = await from.send(to.peerId, 'are you there?');
    await untilHealth(world, from, 'messages-not-delivered', true, namedMs);
    const title = from.record.health.find(({ code }) => code === 'messages-not-delivered')?.title;
    await applyRules(bo.namespace, 'delete table inet firewall');
    await untilHealth(world, from, 'messages-not-delivered', false, waitMs);
    await world.waitUntil(
      'the message arrives',
      () => to.record.messages.some((message) => message.messageId === messageId),
      waitMs,
    );
    expect(title).toBe("Messages to bo aren't getting through");
  });
});
