/**
 * Counts what nodes send to a computer that never asked: bytes that reached its adapter, beside the
 * bytes that reached the nodes under its addresses, as IP packets with their headers.
 */
import { ipBatch, runTool } from './tools.ts';
import { countTraffic } from './count-traffic.ts';
import type { Undo } from '../scenarios/world.ts';
import type { NetnsHost } from './netns-host.ts';

/** By the name of the node and the forged address. */
export type Amplification = (node: string, address: string) => number;

/** An IPv4 address per node. */
export type NodeAddresses = ReadonlyMap<NetnsHost, string>;

/** @param addresses of the bystander, which an attacker forges */
export async function meterReflection(
  bystander: NetnsHost,
  nodes: NodeAddresses,
  addresses: readonly string[],
): Promise<() => Promise<Amplification>> {
  const toBystander = await countTraffic(
    bystander.namespace,
    'ip',
    [...nodes].flatMap(([{ name }, from]) =>
      addresses.map((address, index) => ({
        name: `${name}_${index}`,
        match: `ip saddr ${from} ip daddr ${address} meta l4proto udp`,
      })),
    ),
  );
  const toNodes = await Promise.all(
    [...nodes.keys()].map(({ namespace, name }) =>
      countTraffic(
        namespace,
        'ip',
        addresses.map((address, index) => ({ name: `${name}_${index}`, match: `ip saddr ${address} meta l4proto udp` })),
      ),
    ),
  );
  return async () => {
    const received = await toBystander();
    const asked = new Map((await Promise.all(toNodes.map((read) => read()))).flatMap((counted) => [...counted]));
    return (node, address) => {
      const name = `${node}_${addresses.indexOf(address)}`;
      return (received.get(name)?.bytes ?? 0) / (asked.get(name)?.bytes ?? Number.NaN);
    };
  };
}

/**
 * Lets a host send from addresses of another one. It answers no question for their hardware address,
 * so answers go to the other host.
 */
export async function forgeAddresses({ namespace }: NetnsHost, addresses: readonly string[]): Promise<Undo> {
  const quietly = ['net.ipv4.conf.all.arp_ignore=1', 'net.ipv4.conf.all.arp_announce=2'];
  await runTool('ip', ['netns', 'exec', namespace, 'sysctl', '-qw', ...quietly]);
  await ipBatch(namespace, [
    'link add forged type veth peer name nowhere',
    'link set forged up',
    'link set nowhere up',
    ...addresses.map((address) => `addr add ${address}/32 dev forged`),
  ]);
  return () => ipBatch(namespace, ['link del forged']);
}
