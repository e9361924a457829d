/**
 * The segments between the namespaces: one bridge each, in a shared namespace, with nftables rules.
 * The bridge decides loss, blocks and partitions separately for each receiver's copy. So datagrams
 * that a host sends to itself are never affected.
 */
import type { BlockRule, HostTraffic, Undo } from '../scenarios/world.ts';
import { countTraffic } from './count-traffic.ts';
import { applyRules, ipBatch } from './tools.ts';

export interface Wire {
  readonly namespace: string;
  /** The number of the segment with that name, from 0; creates its bridge at the first call. */
  segment(name: string): Promise<number>;
  /** Connects a port that is already in the namespace. */
  connect(port: string, owner: object, segment: number): Promise<void>;
  disconnect(port: string): Promise<void>;
  setCarrier(port: string, up: boolean): Promise<void>;
  setLoss(rate: number): Promise<void>;
  /** Of the frames to the ports of that owner. */
  setLossTo(owner: object, rate: number): Promise<void>;
  block(rules: readonly BlockRule[]): Promise<Undo>;
  /** Turns the segment's bridge off. */
  stop(segment: number): Promise<Undo>;
  /**
   * Counts incoming packets at these ports from now on.
   * @returns a function that reads the counts, in the order of the ports
   */
  meter(ports: readonly string[]): Promise<() => Promise<readonly HostTraffic[]>>;
}

/** On a bridge, only this separates datagrams from neighbour discovery. */
const onlyThese: Record<BlockRule['traffic'], readonly string[]> = {
  all: [''],
  multicast: ['ip daddr 224.0.0.0/4 meta l4proto udp', 'ip6 daddr ff00::/8 meta l4proto udp'],
  unicast: ['ip daddr != 224.0.0.0/4 meta l4proto { tcp, udp }', 'ip6 daddr != ff00::/8 meta l4proto { tcp, udp }'],
};

export async function createWire(namespace: string): Promise<Wire> {
  const segments = new Map<string, Promise<number>>();
  /** The owner of each port. */
  const owners = new Map<string, object>();
  const blocks = new Set<readonly BlockRule[]>();
  const lossRates = new Map<object, number>();
  let lossRate = 0;

  await ipBatch(undefined, [`netns add ${namespace}`]);

  async function makeSegment(index: number): Promise<number> {
    // Snooping off: without a querier, a snooping bridge forgets listeners. That would test the
    // switch, not Hallway.
    await ipBatch(namespace, [
      `link add segment${index} type bridge mcast_snooping 0`,
      `link set segment${index} addrgenmode none up`,
    ]);
    return index;
  }

  /** Replaces all rules at once, so that they never lapse. */
  async function followRules(): Promise<void> {
    const rules = [...blocks].flat().flatMap(rulesOf);
    for (const [owner, rate] of lossRates) {
      const to = matchPorts('oifname', [owner]);
      if (to !== undefined) rules.push(`${to} ${lose(rate)}`);
    }
    if (lossRate > 0) rules.push(lose(lossRate));
    const chain = `chain forward {\ntype filter hook forward priority 0;\n${rules.join('\n')}\n}`;
    await applyRules(namespace, `table bridge hallway\ndelete table bridge hallway\ntable bridge hallway {\n${chain}\n}\n`);
  }

  function rulesOf(rule: BlockRule): readonly string[] {
    const from = matchPorts('iifname', rule.from);
    const to = matchPorts('oifname', rule.to);
    // A host without an adapter neither sends nor receives, so there is nothing to block.
    if (from === undefined || to === undefined) return [];
    return onlyThese[rule.traffic].map((what) => `${from} ${to} ${what} counter drop`);
  }

  function matchPorts(direction: string, hosts: readonly object[] | undefined): string | undefined {
    if (hosts === undefined) return '';
    const ports = [...owners].filter(([, owner]) => hosts.includes(owner)).map(([port]) => `"${port}"`);
    return ports.length === 0 ? undefined : `${direction} { ${ports.join(', ')} }`;
  }

  return {
    namespace,
    segment(name) {
      const known = segments.get(name) ?? makeSegment(segments.size);
      segments.set(name, known);
      return known;
    },
    async connect(port, owner, segment) {
      owners.set(port, owner);
      await ipBatch(namespace, [`link set ${port} master segment${segment} addrgenmode none up`]);
      if (blocks.size > 0) await followRules();
    },
    async disconnect(port) {
      owners.delete(port);
      await ipBatch(namespace, [`link del ${port}`]);
    },
    setCarrier(port, up) {
      return ipBatch(namespace, [`link set ${port} ${up ? 'up' : 'down'}`]);
    },
    setLoss(rate) {
      lossRate = rate;
      return followRules();
    },
    setLossTo(owner, rate) {
      if (rate > 0) lossRates.set(owner, rate);
      else lossRates.delete(owner);
      return followRules();
    },
    async block(rules) {
      blocks.add(rules);
      await followRules();
      return async () => {
        if (blocks.delete(rules)) await followRules();
      };
    },
    async stop(segment) {
      await ipBatch(namespace, [`link set segment${segment} down`]);
      return () => ipBatch(namespace, [`link set segment${segment} up`]);
    },
    meter,
  };

  async function meter(ports: readonly string[]): Promise<() => Promise<readonly HostTraffic[]>> {
    const toGroup = 'ether daddr & 01:00:00:00:00:00 ==';
    // Before the bridge decides, so that a datagram dropped on purpose still counts as sent.
    const read = await countTraffic(
      namespace,
      'bridge',
      ports.flatMap((port) => [
        { name: `${port}_group`, match: `iifname "${port}" meta l4proto udp ${toGroup} 01:00:00:00:00:00` },
        // The kind is byte 5 of a datagram, after 8 of UDP; 11 is a block.
        {
          name: `${port}_blocks`,
          match: `iifname "${port}" meta l4proto udp ${toGroup} 01:00:00:00:00:00 @th,104,8 11`,
        },
        { name: `${port}_alone`, match: `iifname "${port}" meta l4proto udp ${toGroup} 00:00:00:00:00:00` },
      ]),
    );
    return async () => {
      const found = await read();
      return ports.map((port) => {
        const [group, ofRooms, alone] = ['group', 'blocks', 'alone'].map((what) => found.get(`${port}_${what}`));
        if (!group || !ofRooms || !alone) throw new Error(`nothing was counted at ${port}`);
        return {
          datagrams: group.packets + alone.packets,
          multicastDatagrams: group.packets,
          groupBlocks: ofRooms.packets,
          bytes: group.bytes + alone.bytes,
        };
      });
    };
  }
}

/** In units of one per mille. */
function lose(rate: number): string {
  return `numgen random mod 1000 < ${Math.round(rate * 1000)} counter drop`;
}
