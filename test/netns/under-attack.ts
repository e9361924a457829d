/**
 * Measures honest nodes while another computer attacks one of them, prints the figures in one line,
 * and asserts what holds under every attack: no honest peer leaves a list, messages arrive in time,
 * and the health of the victim names the attack until it is over.
 */
import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { departures, healedMs, presencesShown, untilAllOnline, untilHealth } from '../scenarios/expectations.ts';
import { percentile } from '../scenarios/figures.ts';
import type { WorldNode } from '../scenarios/world.ts';
import type { ProgramRun } from './netns-host.ts';
import type { NetnsWorld } from './netns-world.ts';

/** Longer in a nightly run. */
export const attackMs = process.env['HALLWAY_LONG'] === '1' ? 120_000 : 20_000;
export const quietMs = 5_000;
const messageEveryMs = 200;
/** The longest wait for the last messages, so that a lost one is a figure and no time-out. */
const lastMessageMs = 10_000;
/** A program ends within this time after its attack. */
const attackEndMs = 30_000;
/** The goal for a friend's messages during an attack, p95. */
const deliveryGoalMs = 250;
/** On a machine that is busy with something else: so many times as long as before the attack. */
const busyFactor = 5;

export type Results = Readonly<Record<string, number>>;

export interface Scene {
  readonly world: NetnsWorld;
  readonly victim: WorldNode;
  /** Writes to the victim all the time. */
  readonly friend: WorldNode;
  /** All honest nodes, the victim and its friend among them. */
  readonly honest: readonly WorldNode[];
  /** The file that stall-meter.ts writes in the victim. */
  readonly stallFile: string;
}

export interface Attack {
  readonly what: string;
  readonly start: () => Promise<ProgramRun>;
  /** How long it lasts. Default: `attackMs`. */
  readonly forMs?: number;
  /** Work in the quiet time before it. Default: none, for `quietMs`. */
  readonly beforehand?: () => Promise<unknown>;
  /** Other work during the attack. @returns more figures */
  readonly meanwhile?: () => Promise<Results>;
  /** Absent if users feel nothing of it. */
  readonly entry?: ExpectedEntry;
}

/** The health entry that names the attack. */
interface ExpectedEntry {
  readonly code: string;
  /** How long it may stay after the attack. Undefined if a later test waits for its end. */
  readonly holdMs?: number;
}

interface Stall {
  readonly wallMs: number;
  readonly processorMs: number;
}

export interface Cleared {
  readonly what: string;
  /** Since the end of the attack; Infinity if the entry stayed. */
  readonly afterMs: number;
}

export interface Measured {
  readonly results: Results;
  readonly stall: Stall;
  /** Of the victim; 100 is one core. */
  readonly processorPercent: number;
  /** Every entry of the victim's health meanwhile. */
  readonly codes: readonly string[];
  /** Resolves when the entry is gone. The next attack, of another kind, need not wait for that. */
  readonly clearing: Promise<Cleared>;
}

export async function underAttack(scene: Scene, attack: Attack): Promise<Measured> {
  const { world, victim, honest } = scene;
  await untilAllOnline(world, honest, healedMs);
  const quiet = await deliverDuring(scene, attack.beforehand?.() ?? world.passTime(quietMs));
  const run = await attack.start();
  const [sinceMs, sinceWallMs, before] = [world.nowMs(), Date.now(), await victim.cost()];
  const { result: results, ...delivery } = await deliverDuring(scene, runAttack(world, attack, run));
  const after = await victim.cost();
  const processorPercent = (100 * ((after?.cpuMs ?? 0) - (before?.cpuMs ?? 0))) / (world.nowMs() - sinceMs);
  const codes = healthCodesSince(victim, sinceMs);
  const clearing = untilCleared(scene, attack);
  const measured: Measured = { results, processorPercent, stall: longestStall(scene.stallFile, sinceWallMs), codes, clearing };
  const left = departuresOf(honest, sinceMs);
  print(attack.what, [
    ...describeMeasured(measured),
    `friend's messages p95 ${round(delivery.p95Ms)} ms (before ${round(quiet.p95Ms)} ms)`,
    `departures ${left.length}, doubts ${countDoubts(honest, sinceMs)}`,
    `health ${codes.join(' ') || 'empty'}`,
  ]);
  expect({ left, undelivered: delivery.undelivered, codes }).toEqual({
    left: [],
    undelivered: 0,
    codes: expect.arrayContaining(attack.entry ? [attack.entry.code] : []),
  });
  expect(delivery.p95Ms).toBeLessThanOrEqual(Math.max(deliveryGoalMs, busyFactor * quiet.p95Ms));
  return measured;
}

async function runAttack(world: NetnsWorld, { meanwhile, forMs = attackMs }: Attack, run: ProgramRun): Promise<Results> {
  const [others] = await Promise.all([meanwhile?.(), world.passTime(forMs)]);
  return { ...(await run.finish(attackEndMs)), ...others };
}

/** Sends a message now and then until the work is done, and waits for the last ones. */
async function deliverDuring<Result>(
  { world, victim, friend }: Scene,
  work: Promise<Result>,
): Promise<{ readonly result: Result; readonly p95Ms: number; readonly undelivered: number }> {
  const sent: Promise<{ readonly messageId: string; readonly atMs: number }>[] = [];
  const deliveredAtMs = followDeliveries(friend);
  let isOver = false;
  const done = work.finally(() => (isOver = true));
  while (!isOver) {
    const atMs = world.nowMs();
    sent.push(friend.send(victim.peerId, `message ${sent.length}`).then((messageId) => ({ messageId, atMs })));
    await Promise.race([world.passTime(messageEveryMs), done]);
  }
  const [result, messages] = await Promise.all([done, Promise.all(sent)]);
  const areDelivered = (): boolean => messages.every(({ messageId }) => deliveredAtMs(messageId) !== undefined);
  await world.waitUntil('the messages are delivered', areDelivered, lastMessageMs).catch(() => undefined);
  const delays = messages.map(({ messageId, atMs }) => (deliveredAtMs(messageId) ?? Infinity) - atMs);
  return { result, p95Ms: percentile(delays, 0.95), undelivered: delays.filter((delay) => delay === Infinity).length };
}

/** @returns when the message was reported as delivered; it reads each event once */
function followDeliveries({ record }: WorldNode): (messageId: string) => number | undefined {
  const delivered = new Map<string, number>();
  let read = record.events.length;
  return (messageId) => {
    for (const { atMs, event } of record.events.slice(read))
      if (event.event === 'delivery' && event.state === 'delivered') delivered.set(event.messageId, atMs);
    read = record.events.length;
    return delivered.get(messageId);
  };
}

function longestStall(path: string, sinceWallMs: number): Stall {
  const lines = existsSync(path) ? readFileSync(path, 'utf8').trimEnd().split('\n') : [];
  const stalls = lines
    .map((line) => JSON.parse(line) as Stall & { readonly atMs: number })
    .filter(({ atMs }) => atMs >= sinceWallMs);
  return {
    wallMs: Math.max(0, ...stalls.map(({ wallMs }) => wallMs)),
    processorMs: Math.max(0, ...stalls.map(({ processorMs }) => processorMs)),
  };
}

/** Every code that was there since then. */
function healthCodesSince({ record }: WorldNode, sinceMs: number): readonly string[] {
  const lists = record.events.flatMap(({ atMs, event }) => (event.event === 'health' ? [{ atMs, health: event.health }] : []));
  const standing = lists.findLast(({ atMs }) => atMs < sinceMs);
  const seen = [...(standing ? [standing] : []), ...lists.filter(({ atMs }) => atMs >= sinceMs)];
  return [...new Set(seen.flatMap(({ health }) => health.map(({ code }) => code)))];
}

async function untilCleared({ world, victim }: Scene, { what, entry }: Attack): Promise<Cleared> {
  if (entry?.holdMs === undefined) return { what, afterMs: 0 };
  const afterMs = await untilHealth(world, victim, entry.code, false, entry.holdMs).catch(() => Infinity);
  return { what, afterMs };
}

/** Those of honest nodes: the attacker's own peers come and go. */
function departuresOf(honest: readonly WorldNode[], sinceMs: number): readonly string[] {
  return departures(honest, sinceMs).filter((departure) => honest.some(({ name }) => departure.includes(`: ${name} `)));
}

/** How often one honest node showed another as anything but online. */
function countDoubts(honest: readonly WorldNode[], sinceMs: number): number {
  const shown = honest.flatMap((node) => honest.flatMap((other) => presencesShown(node, other, sinceMs)));
  return shown.filter((presence) => presence !== 'online').length;
}

function describeMeasured({ results, stall, processorPercent }: Measured): readonly string[] {
  return [
    ...Object.entries(results).map(([name, value]) => `${name} ${round(value)}`),
    `longest stall ${round(stall.wallMs)} ms (processor ${round(stall.processorMs)} ms)`,
    `processor ${round(processorPercent)} %`,
  ];
}

function round(value: number): number {
  return Number(value.toFixed(value < 10 ? 2 : 0));
}

function print(what: string, figures: readonly string[]): void {
  console.log(`attack: ${what}: ${figures.join(', ')}`);
}
