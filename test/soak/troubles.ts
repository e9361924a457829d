/**
 * Carries out the troubles of the plan, heals them when they are over, and notes whom they harm.
 */
import type { NetnsHost } from '../netns/netns-host.ts';
import type { NetnsWorld } from '../netns/netns-world.ts';
import type { Harm } from './invariants.ts';
import type { Office, Seat } from './office.ts';
import type { Trouble, TroubleKind } from './plan.ts';

export interface Troubles {
  readonly counts: ReadonlyMap<TroubleKind, number>;
  begin(trouble: Trouble): Promise<void>;
  /** Heals those that are over. */
  healDue(): Promise<void>;
  healAll(): Promise<void>;
}

interface Deps {
  readonly world: NetnsWorld;
  readonly office: Office;
  readonly harm: Harm;
  readonly attacker: NetnsHost;
}

/** A harmed host counts again after this: 35 s of silence, and some seconds to be found. */
export const aftermathMs = 45_000;
/** With more loss than this, three lost beacons and probes in a row are no wonder. */
const harmfulLoss = 0.1;
const datagramsPerSecond = 300;

export function createTroubles({ world, office, harm, attacker }: Deps): Troubles {
  const counts = new Map<TroubleKind, number>();
  const due: { readonly atMs: number; readonly heal: () => Promise<unknown> }[] = [];

  async function begin(trouble: Trouble): Promise<void> {
    counts.set(trouble.kind, (counts.get(trouble.kind) ?? 0) + 1);
    if ('host' in trouble) {
      const seat = office.seats[trouble.host];
      if (seat) await disturb(seat, trouble);
      return;
    }
    const overMs = world.nowMs() + trouble.forMs;
    switch (trouble.kind) {
      case 'partition': {
        harm.harmAll(overMs + aftermathMs);
        const side = new Set(trouble.side);
        const inside = (is: boolean) => office.seats.flatMap(({ host }, index) => (side.has(index) === is ? [host] : []));
        due.push({ atMs: overMs, heal: await world.partition([inside(true), inside(false)]) });
        return;
      }
      case 'loss':
        if (trouble.rate > harmfulLoss) harm.harmAll(overMs + aftermathMs);
        await world.setLoss(trouble.rate);
        due.push({ atMs: overMs, heal: () => world.setLoss(0) });
        return;
      case 'flood':
        due.push({ atMs: overMs, heal: flood(trouble.attack, trouble.forMs) });
        return;
    }
  }

  function flood(kind: 'garbage' | 'wrongly-signed', durationMs: number): () => Promise<unknown> {
    // On a busy machine, the attacker's program may not begin in time.
    const over = attacker
      .attack({ kind, datagramsPerSecond, durationMs })
      .catch(() => counts.set('flood', (counts.get('flood') ?? 1) - 1));
    return () => over;
  }

  async function disturb(seat: Seat, trouble: Extract<Trouble, { readonly host: number }>): Promise<void> {
    const { host, node } = seat;
    if (node?.state !== 'running') return;
    const forMs = 'forMs' in trouble ? trouble.forMs : 0;
    const later = (heal: () => Promise<unknown>): void => void due.push({ atMs: world.nowMs() + forMs, heal });
    harm.harm(host.name, world.nowMs() + forMs + aftermathMs);
    switch (trouble.kind) {
      case 'leave':
        await node.stop();
        return later(() => office.start(seat));
      case 'kill':
        await node.kill();
        return later(() => office.start(seat));
      case 'newcomer':
        return office.replace(seat);
      case 'sleep':
        node.pause();
        return later(() => Promise.resolve(node.state === 'paused' && node.resume()));
      case 'cable':
        await host.pullCable('eth0');
        return later(() => host.plugCable('eth0'));
      case 'new-address':
        return host.changeAddress('eth0');
      case 'clock':
        return office.setClock(seat, trouble.byMs);
    }
  }

  async function healUntil(untilMs: number): Promise<void> {
    for (const entry of due.filter(({ atMs }) => atMs <= untilMs)) {
      due.splice(due.indexOf(entry), 1);
      await entry.heal();
    }
  }

  return {
    counts,
    begin,
    healDue: () => healUntil(world.nowMs()),
    async healAll() {
      await healUntil(Number.POSITIVE_INFINITY);
      for (const seat of office.seats) office.setClock(seat, 0);
    },
  };
}
