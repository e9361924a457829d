/** How often a node begins TLS handshakes, on real sockets: no caller can keep it busy with them. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { realPatienceMs, waitUntil } from '../ports/world.ts';
import { begin, connectRaw, endAll, followEnd, makeNode, sessionBetween, type Node } from './tls-nodes.ts';

vi.setConfig({ testTimeout: 4 * realPatienceMs });

/** Honest nodes of these tests connect from 127.0.0.1. */
const attackers = ['127.0.0.11', '127.0.0.12', '127.0.0.13', '127.0.0.14'] as const;
const attempts = 40;
/** Far from what happens by itself during a test. */
const slow = { perSecond: 1, burst: 4 };

beforeEach(begin);

afterEach(endAll);

test('[TLS-13] one address begins only so many handshakes a second, and takes none from others', async () => {
  const victim = await makeNode({ limits: { ratePerSource: slow } });
  const begunMs = performance.now();
  await knock(victim, attackers[0], attempts);
  const allowed = slow.burst + Math.ceil(((performance.now() - begunMs) / 1_000) * slow.perSecond);
  expect(refusedOf(victim)).toBeGreaterThanOrEqual(attempts - allowed);
  expect(refusedOf(victim)).toBeLessThan(attempts);
  expect(await sessionBetween(await makeNode(), victim)).toBe(true);
});

test('[TLS-13] many addresses begin only so many handshakes together, and listed peers have a rate of their own', async () => {
  const victim = await makeNode({ limits: { rate: slow }, here: ['127.0.0.1'] });
  const begunMs = performance.now();
  for (const address of attackers) await knock(victim, address, attempts / attackers.length);
  const allowed = slow.burst + Math.ceil(((performance.now() - begunMs) / 1_000) * slow.perSecond);
  expect(refusedOf(victim)).toBeGreaterThanOrEqual(attempts - allowed);
  for (let peers = 0; peers < 8; peers += 1) expect(await sessionBetween(await makeNode(), victim)).toBe(true);
});

/**
 * Connects and leaves, again and again, so that places are never short. Settles when the victim
 * closed all connections.
 */
async function knock(victim: Node, from: string, count: number): Promise<void> {
  const before = victim.sessions.counters().refused;
  const ends = Array.from({ length: count }, () => {
    const socket = connectRaw(victim, from);
    socket.once('connect', () => socket.end());
    return followEnd(socket);
  });
  await waitUntil(() => ends.every(({ isOver }) => isOver()));
  await waitUntil(() => sum(victim.sessions.counters().refused) === sum(before) + count);
}

function refusedOf(victim: Node): number {
  return victim.sessions.counters().refused['too-many'] ?? 0;
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
