/**
 * The cost of floods on real sockets: memory and descriptors stay bounded, and an honest peer is
 * unaffected.
 */
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { encodeFrame } from '../../../src/main/core/messaging/wire/frames.ts';
import { defaultSessionOptions } from '../../../src/main/core/messaging/session/options.ts';
import { defaultConnectionLimits } from '../../../src/main/node/net/connection-limiter.ts';
import { realPatienceMs, waitUntil } from '../ports/world.ts';
import { hello, type Node, begin, endAll, makeNode, sessionBetween, unknownSender } from './tls-nodes.ts';

vi.setConfig({ testTimeout: 4 * realPatienceMs });

const isLong = process.env['HALLWAY_LONG'] === '1';
/** Connections in the flood. */
const floodCount = isLong ? 10_000 : 1_000;
/** TLS needs some 60 kB per started handshake, until the collector frees it. */
const maxGrowthBytes = 128 * 1_048_576;
/** Peers that come while an attacker holds all places. */
const newcomers = 8;
/** A busy machine is slow, and that is not what is tested. */
const patient = { connectDeadlineMs: realPatienceMs, helloDeadlineMs: realPatienceMs };
const messageId = '0192a5b0-1111-7abc-9def-0123456789ab';

beforeEach(begin);

afterEach(endAll);

test('[TLS-8, SESS-9] a peer that never reads the answers is throttled, and costs little', async () => {
  const victim = await makeNode();
  victim.sessions.subscribe((event) => {
    const ids = Array.from({ length: 500 }, () => messageId);
    if (event.type === 'frame') victim.sessions.current(event.peerId)?.send({ type: 'ack', messageIds: ids });
  });
  const { stream } = await unknownSender(victim);
  stream.write(hello);
  await waitUntil(() => victim.sessions.counters().open === 1);
  stream.pause();
  const before = memoryBytes();
  const request = encodeFrame({ type: 'ack', messageIds: [messageId] });
  // Each answer has 19 kB: 380 MB in all if we buffered them.
  for (let count = 0; count < 20_000; count += 1) {
    stream.write(request);
    if (count % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(victim.accepted[0]?.bufferedBytes).toBeLessThan(2 * defaultSessionOptions.maxUnsentBytes);
  expect(memoryBytes() - before).toBeLessThan(maxGrowthBytes);
});

test(`[TLS-6, TLS-7] ${floodCount} connections are refused, and an honest peer is unaffected`, async () => {
  const victim = await makeNode({ limits: { handshakeDeadlineMs: 2_000 } });
  const honest = await makeNode();
  let answered = 0;
  victim.sessions.subscribe((event) => {
    if (event.type === 'frame') victim.sessions.current(event.peerId)?.send(event.frame);
  });
  honest.sessions.subscribe((event) => (answered += event.type === 'frame' ? 1 : 0));
  expect(await sessionBetween(honest, victim)).toBe(true);

  const before = { memoryBytes: memoryBytes(), descriptors: descriptors() };
  const flood = startFlood(victim.sessions.tcpPort(), floodCount, '127.0.0.2');
  let asked = 0;
  let slowestMs = 0;
  let mostDescriptors = 0;
  let mostBytes = 0;
  while (!flood.report()) {
    asked += 1;
    const askedMs = performance.now();
    honest.sessions.current(victim.peerId)?.send({ type: 'ack', messageIds: [messageId] });
    await waitUntil(() => answered === asked);
    slowestMs = Math.max(slowestMs, performance.now() - askedMs);
    mostDescriptors = Math.max(mostDescriptors, descriptors());
    mostBytes = Math.max(mostBytes, memoryBytes());
  }
  // A new peer gets in too.
  const newcomer = await makeNode();
  const enteredMs = performance.now();
  expect(await sessionBetween(newcomer, victim)).toBe(true);
  const enteringMs = performance.now() - enteredMs;
  const { ended } = victim.sessions.counters();
  await waitUntil(() => refusals(victim) >= floodCount);
  flood.stop();
  console.log(
    `${floodCount} connections: ${JSON.stringify(victim.sessions.counters().refused)}, at most ${mostDescriptors - before.descriptors} ` +
      `descriptors and ${Math.round((mostBytes - before.memoryBytes) / 1_048_576)} MiB more; ${asked} questions of an honest peer, ` +
      `slowest answer ${Math.round(slowestMs)} ms; a newcomer's session after ${Math.round(enteringMs)} ms`,
  );
  expect({ answered, ended }).toEqual({ answered: asked, ended: {} });
  expect(mostDescriptors - before.descriptors).toBeLessThan(defaultConnectionLimits.maxStreams + 100);
  expect(mostBytes - before.memoryBytes).toBeLessThan(maxGrowthBytes);
});

test('[TLS-6, TLS-10, TLS-13, SESS-16] one computer that holds all places it can get keeps no listed peer out', async () => {
  const victim = await makeNode({ here: ['127.0.0.1'] });
  const addresses = Array.from({ length: 8 }, (_, index) => `127.0.0.${20 + index}`);
  const attack = start('hold-places.ts', '127.0.0.1', String(victim.sessions.tcpPort()), ...addresses);
  // By then it holds what it can get, and fights for the rest.
  await waitUntil(() => (victim.sessions.counters().refused['too-many'] ?? 0) > 100);
  let slowestMs = 0;
  const results = [];
  const people: Node[] = [];
  for (let tried = 0; tried < newcomers; tried += 1) {
    const honest = await makeNode({ session: patient });
    victim.knows.set(honest.peerId, honest.sessions.tcpPort());
    people.push(honest);
    const beganMs = performance.now();
    results.push(await sessionBetween(honest, victim));
    slowestMs = Math.max(slowestMs, performance.now() - beganMs);
  }
  const { open, unopened, refused, ended } = victim.sessions.counters();
  attack.stop();
  await waitUntil(() => attack.report()?.includes('tried') === true);
  console.log(
    `${newcomers} newcomers, the slowest after ${Math.round(slowestMs)} ms; ${JSON.stringify({ open, unopened, refused, ended })}; ` +
      `the attacker: ${attack.report()}`,
  );
  expect(results).toEqual(Array.from({ length: newcomers }, () => true));
  expect(people.filter(({ peerId }) => victim.sessions.current(peerId))).toHaveLength(newcomers);
  expect(open - newcomers).toBeLessThanOrEqual(defaultSessionOptions.maxUnlistedSessions);
});

function startFlood(port: number, count: number, from: string): Attacker {
  return start('flood-connections.ts', String(port), String(count), from);
}

interface Attacker {
  /** The last line that it printed. */
  report(): string | undefined;
  stop(): void;
}

function start(program: string, ...args: readonly string[]): Attacker {
  const child = spawn(process.execPath, [`test/attackers/${program}`, ...args], { stdio: ['pipe', 'pipe', 'inherit'] });
  let report: string | undefined;
  createInterface({ input: child.stdout }).on('line', (line) => (report = line));
  child.on('exit', () => (report ??= 'it failed'));
  return { report: () => report, stop: () => child.stdin.end() };
}

function refusals(node: Node): number {
  return Object.values(node.sessions.counters().refused).reduce((sum, number) => sum + number, 0);
}

function memoryBytes(): number {
  return process.memoryUsage().rss;
}

/** Open files of this process; zero if the system does not tell. */
function descriptors(): number {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
}
