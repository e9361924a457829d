/** Private rooms in the simulated world: creating them, reading them, and a watch on what outsiders see. */
import type { PrivateRoom } from '../../src/shared/contract/private-rooms.ts';
import { conversationOfRoom } from '../../src/shared/lib/ids.ts';
import type { SimNode } from './sim-node.ts';
import type { SimWorld } from './sim-world.ts';

/** Sessions, lists and states have gone round. */
export const settleMs = 15_000;

/** The author's own words, in the order of the room. */
export function textsOf(node: SimNode, room: string): readonly string[] {
  const messages = node.hallway.rooms?.history(conversationOfRoom(room), { limit: 10_000 }) ?? [];
  return messages.map(({ text }) => text).reverse();
}

export function privateOf(node: SimNode, room: string): PrivateRoom | undefined {
  return node.hallway.rooms?.list().find(({ name }) => name === room)?.private;
}

/** What differs between members if something went wrong. */
export function listOf(node: SimNode, room: string): unknown {
  const { title, people, admins } = privateOf(node, room) ?? {};
  return { title, people, admins };
}

/** Everybody accepts. @returns the name of the room */
export async function createRoom(world: SimWorld, title: string, [creator, ...others]: readonly SimNode[]): Promise<string> {
  const creating = creator?.hallway.rooms?.createPrivate(
    title,
    others.map(({ peerId }) => peerId),
  );
  await world.passTime(settleMs);
  const created = await creating;
  if (!created?.ok) throw new Error(`not created: ${created?.code}`);
  for (const node of others) await acceptRoom(world, node, created.room.name);
  return created.room.name;
}

export async function acceptRoom(world: SimWorld, node: SimNode, room: string): Promise<void> {
  const accepting = node.hallway.rooms?.join(room);
  await world.passTime(settleMs);
  const accepted = await accepting;
  if (!accepted?.ok) throw new Error(`not accepted: ${accepted?.code}`);
}

export async function sayIn(world: SimWorld, room: string, node: SimNode, text: string): Promise<void> {
  const saying = node.hallway.rooms?.say(room, text);
  await world.passTime(1_000);
  const said = await saying;
  if (!said?.ok) throw new Error(`not said: ${said?.code}`);
}

/**
 * Collects every datagram that those hosts could see: to the group, or from or to one of them. The
 * streams of the simulated network are datagrams too, and not encrypted.
 *
 * @returns how many there were, and the secrets that occur in them
 */
export function watchOutsiders(
  world: SimWorld,
  outsiders: readonly SimNode[],
): (secrets: readonly (string | Uint8Array)[]) => { readonly seen: number; readonly found: readonly string[] } {
  const names = new Set(outsiders.map(({ host }) => host.name));
  const addresses = outsiders.flatMap(({ host }) => host.addressesOf('eth0').map((address) => `${address}:`));
  const seen: Buffer[] = [];
  world.lan.onDatagram(({ from, destination, multicast, bytes }) => {
    if (multicast || names.has(from) || addresses.some((address) => destination.startsWith(address)))
      seen.push(Buffer.from(bytes));
  });
  return (secrets) => ({
    seen: seen.length,
    found: secrets.flatMap((secret) => (seen.some((bytes) => bytes.includes(Buffer.from(secret))) ? [String(secret)] : [])),
  });
}

/** Every form in which a room could be named: its ID in bytes and in digits. */
export function namesOf(room: string): readonly (string | Uint8Array)[] {
  return [room.slice(1), Buffer.from(room.slice(1), 'hex'), Buffer.from(room.slice(1), 'hex').subarray(0, 4)];
}
