/**
 * Soak: an office of many hosts in namespaces, for minutes or hours. They join, leave, crash, sleep
 * and lose cables and packets, while everyone writes to everyone. After each round of troubles all
 * must become right again; in between, nobody may be lost without a reason. At the end, memory,
 * descriptors and timers must be flat. Prints each round, and ends with status 1 at any fault.
 *
 * Usage: node test/soak/soak.ts [--minutes N] [--hosts N] [--seed N]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { needs, provide, whyNoNetns } from '../../scripts/system-packages.mjs';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { createNetnsWorld, type NetnsWorld } from '../netns/netns-world.ts';
import { createHarm, growing, megabytes, summarise, unexplained, type Departure } from './invariants.ts';
import { openOffice, peerIdOf, type Office } from './office.ts';
import { planRound, troubledMs, veteranCount, type Trouble } from './plan.ts';
import { createTalk, type Talk } from './talk.ts';
import { createTroubles, type Troubles } from './troubles.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '20' }, hosts: { type: 'string', default: '30' }, seed: { type: 'string' } },
});
const minutes = positive('minutes', values.minutes, 24 * 60);
const hostCount = positive('hosts', values.hosts, 60);
const seed = values.seed ?? String(Date.now() % 1_000_000);
if (hostCount <= veteranCount) throw new Error(`--hosts is more than ${veteranCount}`);

const stepMs = 100;
/** Two cores do not do more than this with thirty nodes. */
const saySomethingEveryMs = 300;
const sampleEveryMs = 10_000;
/** Time for all to be right again after the troubles of a round. */
const calmDeadlineMs = 120_000;
const askAgainMs = 2_000;
/** A fault is printed at once, and this many at the end. */
const printedFaults = 50;

function positive(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!(value > 0 && value <= most)) throw new Error(`--${name} is a number up to ${most}`);
  return value;
}

interface Soak {
  readonly world: NetnsWorld;
  readonly office: Office;
  readonly talk: Talk;
  readonly troubles: Troubles;
  /** Looks at everything that was reported since the last look. */
  readonly look: () => void;
  readonly faults: string[];
}

const obstacle = await whyNoNetns();
if (obstacle !== undefined) throw new Error(obstacle);
await provide([needs.ip, needs.nft]);
const world = await createNetnsWorld();
const folder = mkdtempSync(join(tmpdir(), 'hallway-soak-'));
try {
  process.exitCode = (await soak(world)) ? 0 : 1;
} finally {
  await world.close();
  rmSync(folder, { recursive: true, force: true });
}

async function soak(inWorld: NetnsWorld): Promise<boolean> {
  console.log(`soak: ${hostCount} hosts, ${minutes} minutes, seed ${seed}, load ${loadavg()[0]?.toFixed(1)}`);
  const random = createSeededRandom(seed);
  const office = await openOffice(inWorld, hostCount, folder);
  const attacker = await inWorld.addHost({ interfaces: [{ name: 'eth0', extraAddresses: 20 }] });
  await office.startAll();
  const harm = createHarm();
  harm.harmAll(inWorld.nowMs() + 30_000);
  const troubles = createTroubles({ world: inWorld, office, harm, attacker });
  const talk = createTalk(office, random.fork('talk'), folder);
  const faults: string[] = [];
  const look = createLook(
    inWorld,
    office,
    (departures) => {
      for (const sentence of unexplained(departures, harm)) note(faults, sentence);
    },
    faults,
  );
  const running: Soak = { world: inWorld, office, talk, troubles, look, faults };

  const endMs = inWorld.nowMs() + minutes * 60_000;
  for (let round = 1; inWorld.nowMs() < endMs; round += 1) {
    await trouble(running, planRound(random.fork(`round ${round}`), hostCount));
    const calmMs = await calm(running);
    const { direct, room, files } = talk.counts;
    const said = `${direct} messages, ${room} lines, ${files} files`;
    console.log(`round ${round}: right again after ${(calmMs / 1_000).toFixed(1)} s; so far ${said}, ${faults.length} faults`);
    if (calmMs >= calmDeadlineMs) break;
  }
  return report(running);
}

/** Lets troubles and talk go on beside each other for one round. */
async function trouble({ world: inWorld, office, talk, troubles, look }: Soak, plan: readonly Trouble[]): Promise<void> {
  const startedMs = inWorld.nowMs();
  const left = [...plan];
  let nextTalkMs = startedMs;
  let nextSampleMs = startedMs;
  while (inWorld.nowMs() - startedMs < troubledMs) {
    const nowMs = inWorld.nowMs();
    if (left[0] !== undefined && left[0].atMs <= nowMs - startedMs) await troubles.begin(left.shift() as Trouble);
    await troubles.healDue();
    for (; nextTalkMs <= nowMs; nextTalkMs += saySomethingEveryMs) talk.step();
    if (nextSampleMs <= nowMs) {
      nextSampleMs = nowMs + sampleEveryMs;
      await Promise.all([office.sample(), talk.acceptOffers()]);
    }
    look();
    await inWorld.passTime(stepMs);
  }
}

/** @returns how long it took until everything was right */
async function calm({ world: inWorld, office, talk, troubles, look, faults }: Soak): Promise<number> {
  const startedMs = inWorld.nowMs();
  await troubles.healAll();
  await office.startAll();
  let wrong: readonly string[] = [];
  do {
    await inWorld.passTime(askAgainMs);
    look();
    await talk.acceptOffers();
    wrong = wronglyListed(office);
    if (wrong.length === 0) wrong = await talk.unfinished();
  } while (wrong.length > 0 && inWorld.nowMs() - startedMs < calmDeadlineMs);
  for (const sentence of wrong) note(faults, `after ${calmDeadlineMs / 1_000} s of calm: ${sentence}`);
  talk.settle();
  return wrong.length > 0 ? calmDeadlineMs : inWorld.nowMs() - startedMs;
}

function wronglyListed(office: Office): readonly string[] {
  const ids = new Map(office.seats.map((seat) => [peerIdOf(seat), seat.host.name]));
  return office.seats.flatMap(({ host, node }) => {
    const listed = [...(node?.record.peers.values() ?? [])];
    const online = new Set(listed.flatMap(({ peerId, presence }) => (presence === 'online' ? [peerId] : [])));
    const missing = [...ids].filter(([id, name]) => name !== host.name && (id === undefined || !online.has(id)));
    const foreign = listed.filter(({ peerId }) => !ids.has(peerId));
    const problems = [...missing.map(([, name]) => `misses ${name}`), ...foreign.map(({ name }) => `lists ${name}, who is gone`)];
    return problems.length === 0 ? [] : [`${host.name} ${problems.join(', ')}`];
  });
}

/** Departures, crashes and contradictions, each told once. */
function createLook(
  inWorld: NetnsWorld,
  office: Office,
  onDepartures: (departures: readonly Departure[]) => void,
  faults: string[],
): () => void {
  const seen = new Map<object, { events: number; violations: number; crashed: boolean }>();
  return () => {
    const hostOf = new Map(office.seats.map((seat) => [peerIdOf(seat), seat.host.name]));
    for (const node of inWorld.nodes) {
      const last = seen.get(node) ?? { events: 0, violations: 0, crashed: false };
      const { events, violations } = node.record;
      onDepartures(
        events.slice(last.events).flatMap(({ atMs, event }) => {
          const of = event.event === 'peer-left' ? hostOf.get(event.peerId) : undefined;
          return event.event === 'peer-left' && of !== undefined ? [{ atMs, by: node.host.name, of, reason: event.reason }] : [];
        }),
      );
      for (const violation of violations.slice(last.violations)) note(faults, `${node.name}: ${violation}`);
      const crashed = node.state === 'crashed';
      if (crashed && !last.crashed) note(faults, node.describe());
      seen.set(node, { events: events.length, violations: violations.length, crashed });
    }
  };
}

function note(faults: string[], sentence: string): void {
  faults.push(sentence);
  if (faults.length <= printedFaults) console.log(`FAULT ${sentence}`);
}

function report({ office, talk, troubles, faults }: Soak): boolean {
  for (const seat of office.seats.filter(({ isVeteran }) => isVeteran)) {
    const { host, samples } = seat;
    for (const sentence of growing(host.name, samples)) note(faults, sentence);
    const [early, late] = [samples.slice(0, 3), samples.slice(-3)].map(summarise);
    if (early && late)
      console.log(
        `${host.name}: memory ${megabytes(early.memoryBytes)} → ${megabytes(late.memoryBytes)}, ` +
          `descriptors ${early.descriptors} → ${late.descriptors}, timers ${early.timers} → ${late.timers}`,
      );
  }
  console.log(`troubles: ${[...troubles.counts].map(([kind, count]) => `${count} ${kind}`).join(', ')}`);
  const { direct, room, files, refused } = talk.counts;
  console.log(`${direct} messages, ${room} lines, ${files} files; ${refused} not accepted because a node ended or was alone`);
  console.log(faults.length === 0 ? 'no faults' : `${faults.length} faults; again with --seed ${seed}`);
  return faults.length === 0;
}
