/** Random faults that heal after a while: kills, freezes and partitions, in turn or together. */
import type { SeededRandom } from '../fakes/seeded-random.ts';
import { nth } from './expectations.ts';
import type { Host, Undo, World, WorldNode } from './world.ts';

export interface DisturbanceOptions {
  /** Average time between two disturbances. */
  readonly disturbEveryMs: number;
  /** Longest duration of a disturbance. */
  readonly disturbForMs: number;
}

export interface Disturbances {
  readonly counts: { readonly kills: number; readonly freezes: number; readonly partitions: number };
  /** Heals the disturbances that are due, and starts one if it is time. */
  step(): Promise<void>;
  /** Heals everything. */
  end(): Promise<void>;
}

interface Deps {
  readonly world: World;
  readonly hosts: readonly Host[];
  readonly random: SeededRandom;
  /** Writes some messages without waiting for them. */
  readonly burst: (from: Host, to: Host) => void;
}

/** A node is killed within this time after it began to write, mostly much sooner. */
const killWithinMs = 20;
const partitionShare = 0.2;
const freezeShare = 0.2;
/** The share of killed nodes that start again at once. */
const atOnceShare = 0.3;

export function createDisturbances({ world, hosts, random, burst }: Deps, options: DisturbanceOptions): Disturbances {
  const due: { readonly atMs: number; readonly heal: () => Promise<unknown> }[] = [];
  const counts = { kills: 0, freezes: 0, partitions: 0 };
  let nextMs = world.nowMs();
  let isDivided = false;

  return {
    counts,
    async step() {
      await healDue(world.nowMs());
      if (world.nowMs() < nextMs) return;
      nextMs = world.nowMs() + (0.5 + random.fraction()) * options.disturbEveryMs;
      await disturb();
    },
    end: () => healDue(Infinity),
  };

  async function healDue(untilMs: number): Promise<void> {
    for (const entry of due.filter(({ atMs }) => atMs <= untilMs)) {
      due.splice(due.indexOf(entry), 1);
      await entry.heal();
    }
  }

  function later(heal: () => Promise<unknown>): void {
    due.push({ atMs: world.nowMs() + (0.2 + 0.8 * random.fraction()) * options.disturbForMs, heal });
  }

  async function disturb(): Promise<void> {
    const kind = random.fraction();
    if (kind < partitionShare && !isDivided) return divide();
    const running = runningOn(world, hosts);
    if (running.length <= hosts.length / 2) return;
    const node = pick(random, running);
    return kind < partitionShare + freezeShare ? freeze(node) : kill(node, running);
  }

  async function divide(): Promise<void> {
    counts.partitions += 1;
    isDivided = true;
    const sides = hosts.map((host) => [host, random.fraction() < 0.5] as const);
    const side = (which: boolean): readonly Host[] => sides.flatMap(([host, is]) => (is === which ? [host] : []));
    const heal: Undo = await world.partition([side(true), side(false)]);
    later(async () => {
      await heal();
      isDivided = false;
    });
  }

  function freeze(node: WorldNode): void {
    counts.freezes += 1;
    node.pause();
    later(() => Promise.resolve(node.state === 'paused' && node.resume()));
  }

  /** Kills a node while it writes and receives messages. */
  async function kill(node: WorldNode, running: readonly WorldNode[]): Promise<void> {
    counts.kills += 1;
    burst(node.host, pick(random, without(hosts, node.host)));
    const [writer] = running.filter((other) => other !== node);
    if (writer) burst(writer.host, node.host);
    await world.passTime(random.fraction() ** 4 * killWithinMs);
    await node.kill();
    if (random.fraction() < atOnceShare) await node.host.start({ awaitReady: false });
    else later(() => node.host.start({ awaitReady: false }));
  }
}

export function runningOn(world: World, hosts: readonly Host[]): readonly WorldNode[] {
  return world.nodes.filter((node) => node.state === 'running' && hosts.includes(node.host));
}

export function without(hosts: readonly Host[], one: Host): readonly Host[] {
  return hosts.filter((host) => host !== one);
}

export function pick<Item>(random: SeededRandom, items: readonly Item[]): Item {
  return nth(items, Math.floor(random.fraction() * items.length));
}
