/**
 * Attacks on `#everyone` by its own members (rules RATK-1, RATK-2), while honest nodes talk there.
 * Asserts what holds under each of them: their lines arrive in time and once, in one order on all,
 * and no entry of health says that the room has a trouble.
 */
import { expect } from 'vitest';
import { createSeededRandom, type SeededRandom } from '../fakes/seeded-random.ts';
import { percentile } from '../scenarios/figures.ts';
import { deliveryTimes, everyone, talk, untilTold, type Said } from '../scenarios/room-talk.ts';
import type { NetnsHost } from './netns-host.ts';
import { quietMs, underAttack, type Measured, type Results, type Scene } from './under-attack.ts';

export interface RoomScene extends Scene {
  /** It has two addresses at least. */
  readonly attacker: NetnsHost;
}

/** Longer in a nightly run. Lies and asks show all that they do within seconds. */
export const roomAttackMs = process.env['HALLWAY_LONG'] === '1' ? 120_000 : 15_000;
const gapMs = 250;
const toldMs = 10_000;
/** The goal for lines of honest nodes, p95; on a busy machine, so many times as before. */
const lineGoalMs = 250;
const busyFactor = 5;
/** Texts for others to ask for: no datagram holds one. */
const longTexts = 40;
const longText = 'tea '.repeat(2_000);
/** More than is said in that world. */
const historyLimit = 10_000;

const titles = {
  lie: 'a member lies about references, heads and digests, and has nothing',
  ask: 'two members ask for everything again and again',
} as const;

export async function attackRoom(scene: RoomScene, how: keyof typeof titles): Promise<Measured> {
  const { world, honest, attacker } = scene;
  const random = createSeededRandom(how);
  const lines: { quiet: readonly Said[]; attacked: readonly Said[] } = { quiet: [], attacked: [] };
  const measured = await underAttack(scene, {
    what: titles[how],
    start: () => attacker.runAttacker('attack-rooms.ts', how, String(roomAttackMs)),
    forMs: roomAttackMs,
    async beforehand() {
      if (how === 'ask') await sayLongTexts(scene);
      lines.quiet = await talkFor(scene, random, quietMs);
    },
    async meanwhile() {
      const readTraffic = await world.meterTraffic();
      lines.attacked = await talkFor(scene, random, roomAttackMs);
      return { ...lineFigures(scene, lines), ...trafficOf(scene, await readTraffic(), lines.attacked.length) };
    },
  });
  expect(measured.results['lines p95 ms']).toBeLessThanOrEqual(
    Math.max(lineGoalMs, busyFactor * (measured.results['lines before p95 ms'] ?? 0)),
  );
  expect(measured.codes.filter((code) => code.startsWith('room-'))).toEqual([]);
  const histories = await Promise.all(honest.map((node) => node.roomHistory(everyone, historyLimit)));
  const honestIds = new Set([...lines.quiet, ...lines.attacked].map(({ messageId }) => messageId));
  const ordered = histories.map((history) => history.map(({ messageId }) => messageId).filter((id) => honestIds.has(id)));
  expect(ordered.map(({ length }) => length)).toEqual(honest.map(() => honestIds.size));
  expect(ordered).toEqual(honest.map(() => ordered[0]));
  return measured;
}

async function talkFor({ world, honest }: RoomScene, random: SeededRandom, durationMs: number): Promise<readonly Said[]> {
  const said = await talk(world, honest, random, { count: durationMs / gapMs, gapMs });
  await untilTold(world, honest, said, toldMs);
  return said;
}

async function sayLongTexts({ friend }: RoomScene): Promise<void> {
  await Promise.all(Array.from({ length: longTexts }, (_, index) => friend.say(everyone, `${index} ${longText}`)));
}

function lineFigures({ honest }: RoomScene, { quiet, attacked }: Record<'quiet' | 'attacked', readonly Said[]>): Results {
  const p95 = (said: readonly Said[]): number => percentile(deliveryTimes(honest, said).toOneMs, 0.95);
  return { 'lines p95 ms': p95(attacked), 'lines before p95 ms': p95(quiet) };
}

function trafficOf(
  { honest }: RoomScene,
  traffic: ReadonlyMap<string, { readonly groupBlocks: number; readonly bytes: number }>,
  lineCount: number,
): Results {
  const sum = (value: 'groupBlocks' | 'bytes'): number =>
    honest.reduce((total, { host }) => total + (traffic.get(host.name)?.[value] ?? 0), 0);
  return {
    'copies to the group per line': sum('groupBlocks') / lineCount,
    'bytes a second of a node': (1_000 * sum('bytes')) / honest.length / roomAttackMs,
  };
}
