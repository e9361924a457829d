/**
 * The hosts of a soak and who sits at them. It starts and ends their nodes, and reads what their
 * processes use.
 */
import { writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PeerId } from '../../src/shared/lib/ids.ts';
import type { NetnsHost } from '../netns/netns-host.ts';
import type { NetnsNode } from '../netns/netns-node.ts';
import type { NetnsWorld } from '../netns/netns-world.ts';
import type { Sample } from './invariants.ts';
import { veteranCount } from './plan.ts';

export interface Seat {
  readonly host: NetnsHost;
  readonly isVeteran: boolean;
  /** Names the profile of who sits here now. A newcomer brings another. */
  person: string;
  /** The latest node; it may have ended. */
  node: NetnsNode | undefined;
  readonly samples: Sample[];
}

export interface Office {
  readonly seats: readonly Seat[];
  /** The nodes that run, and are not frozen. */
  working(): readonly Seat[];
  /** Starts a node of the person, unless one is there. */
  start(seat: Seat): Promise<void>;
  startAll(): Promise<void>;
  /** Gives the place to someone new, whose profile is empty. */
  replace(seat: Seat): Promise<void>;
  setClock(seat: Seat, offsetMs: number): void;
  /** Reads what every running process uses, into `samples`. */
  sample(): Promise<void>;
}

const preloaded = fileURLToPath(new URL('clock-and-counts.mjs', import.meta.url));

/** @param folder for the small files by which the soak talks to a node */
export async function openOffice(world: NetnsWorld, hostCount: number, folder: string): Promise<Office> {
  const hosts = await world.addHosts(hostCount);
  const seats = hosts.map((host, index): Seat => {
    return { host, isVeteran: index < veteranCount, person: 'first', node: undefined, samples: [] };
  });

  const fileOf = (seat: Seat): string => join(folder, seat.host.name);

  async function start(seat: Seat): Promise<void> {
    if (seat.node?.state === 'running' || seat.node?.state === 'paused') return;
    setOffset(seat, 0);
    const environment = { NODE_OPTIONS: `--import=${preloaded}`, HALLWAY_SOAK_FILE: fileOf(seat) };
    const started = await seat.host.start({ profile: seat.person, environment });
    seat.node = world.nodes.find((node) => node === started);
  }

  function setOffset(seat: Seat, offsetMs: number): void {
    writeFileSync(`${fileOf(seat)}.offset`, String(offsetMs));
  }

  return {
    seats,
    working: () => seats.filter(({ node }) => node?.state === 'running' && node.record.ready !== undefined),
    start,
    startAll: async () => void (await Promise.all(seats.map(start))),
    async replace(seat) {
      if (seat.node?.state === 'running') await seat.node.stop();
      seat.person = `newcomer-${Number(/\d+$/.exec(seat.person)?.[0] ?? 0) + 1}`;
      await start(seat);
    },
    setClock(seat, offsetMs) {
      setOffset(seat, offsetMs);
      if (seat.node?.state === 'running') process.kill(seat.node.processId, 'SIGUSR2');
    },
    async sample() {
      await Promise.all(
        seats.map(async (seat) => {
          const { node } = seat;
          if (node?.state !== 'running') return;
          const taken = await take(node, fileOf(seat), world.nowMs()).catch(() => undefined);
          if (taken) seat.samples.push(taken);
        }),
      );
    },
  };
}

async function take(node: NetnsNode, file: string, atMs: number): Promise<Sample> {
  const [cost, descriptors, counts] = await Promise.all([
    node.cost(),
    readdir(`/proc/${node.processId}/fd`),
    readFile(`${file}.counts`, 'utf8'),
  ]);
  const { timers } = JSON.parse(counts) as { timers: number };
  return { atMs, memoryBytes: cost?.memoryBytes ?? Number.NaN, descriptors: descriptors.length, timers };
}

export function peerIdOf(seat: Seat): PeerId | undefined {
  return seat.node?.record.ready?.event.peerId;
}
