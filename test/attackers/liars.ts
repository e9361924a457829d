/** Attackers who want to make nodes believe what is not so: that somebody left, came, or is somebody else. */
import {
  decodeDatagram,
  encodeDatagram,
  recipientTag,
  signatureBytes,
  type Datagram,
  type DatagramBody,
} from '../../src/main/core/presence/wire/datagram.ts';
import { sampleAnnouncement, type RawTexts } from './announcement.ts';
import { createFalsePeers } from './false-peer.ts';
import { sendAtRate, type AttackSetup, type Location } from './attack-setup.ts';

export interface Victim {
  readonly beacon: Extract<Datagram, { kind: 'beacon' }>;
  readonly bytes: Uint8Array;
  /** Where it is reached alone. */
  readonly location: Location;
}

type Duration = { readonly durationMs: number };
type Sent = Readonly<Record<'sent', number>>;

const publicKeyOffset = 6;
const kindOffset = 5;
const goodbyeCode = 4;
const forgedPerSecond = 200;
const replayedPerSecond = 200;
const blocksEveryMs = 2_000;
/** The kind of a block of a room. */
const blockCode = 11;
const suspectedPerSecond = 20;
/** Recorded at most: an hour of a small network. */
const maxRecorded = 5_000;

/** Everybody whose beacon is heard, by key; the latest beacon of each. */
export function watchVictims(setup: AttackSetup): ReadonlyMap<string, Victim> {
  const victims = new Map<string, Victim>();
  setup.onGroup((bytes, from) => {
    const decoded = decodeDatagram(bytes);
    if (!decoded.ok || decoded.datagram.kind !== 'beacon') return;
    const beacon = decoded.datagram;
    const location = { address: from.address, port: beacon.announcement.unicastPort };
    victims.set(beacon.publicKey.join(' '), { beacon: { ...beacon, publicKey: beacon.publicKey.slice() }, bytes, location });
  });
  return victims;
}

/** Everything that a node may say, in the victims' names, without their keys: to the group and to each node alone. */
export async function forge(setup: AttackSetup, { durationMs }: Duration): Promise<Sent> {
  const victims = watchVictims(setup);
  const mallory = setup.identity('forger');
  const sent = await sendAtRate(setup, { durationMs, datagramsPerSecond: forgedPerSecond }, (index) => {
    const all = [...victims.values()];
    const victim = all[index % all.length];
    const other = all[(index + 1) % all.length];
    if (!victim || !other) return;
    const forged = forgeries(victim, other);
    const bytes = forged[Math.floor(index / all.length) % forged.length]?.(setup, mallory);
    if (!bytes) return;
    setup.toGroup(bytes);
    setup.toEndpoint(bytes, other.location);
  });
  return { sent };
}

type Forgery = (setup: AttackSetup, mallory: ReturnType<AttackSetup['identity']>) => Uint8Array;

function forgeries(victim: Victim, other: Victim): readonly Forgery[] {
  const { incarnation, sequence, publicKey } = victim.beacon;
  const header = { incarnation, sequence: sequence + 1_000 };
  const to = recipientTag(other.beacon.publicKey);
  const bodies = (setup: AttackSetup): readonly DatagramBody[] => {
    const nonce = setup.random.bytes(8);
    const announcement = sampleAnnouncement({ name: 'Mallory', unicastPort: setup.sources[0]?.port ?? 0 });
    return [
      { kind: 'goodbye' },
      { kind: 'beacon', announcement },
      { kind: 'suspect', suspect: to, suspectIncarnation: other.beacon.incarnation },
      { kind: 'hello', to, echoedIncarnation: other.beacon.incarnation, nonce, announcement },
      { kind: 'hello-ack', to, nonce },
      { kind: 'ping', to, nonce, unanswered: 9, wantsBeacon: true },
      { kind: 'pong', to, nonce },
      { kind: 'ask-peers', to, nonce },
    ];
  };
  const inItsName = (bytes: Uint8Array): Uint8Array => {
    bytes.set(publicKey, publicKeyOffset);
    return bytes;
  };
  return [
    // Signed with another key, under the victim's.
    ...Array.from(
      { length: 8 },
      (_, index): Forgery =>
        (setup, mallory) =>
          inItsName(encodeDatagram(header, bodies(setup)[index] ?? { kind: 'goodbye' }, mallory)),
    ),
    // Not signed at all.
    (_, mallory) => inItsName(encodeDatagram(header, { kind: 'goodbye' }, mallory)).fill(0, -signatureBytes),
    // Its own beacon, turned into a goodbye; and with one letter changed.
    () => withByte(victim.bytes, kindOffset, goodbyeCode),
    () => withByte(victim.bytes, victim.bytes.length - signatureBytes - 1, 0x21),
    // As a stranger, with a right signature: goodbyes and suspicions of people who are here.
    (_, mallory) => encodeDatagram(header, { kind: 'goodbye' }, mallory),
    (_, mallory) =>
      encodeDatagram(header, { kind: 'suspect', suspect: recipientTag(publicKey), suspectIncarnation: incarnation }, mallory),
  ];
}

function withByte(bytes: Uint8Array, offset: number, value: number): Uint8Array {
  const changed = bytes.slice();
  changed[offset] = changed[offset] === value ? value + 1 : value;
  return changed;
}

/** Plays again whatever the group heard: at once, and all of it over and over, to the group and to everybody alone. */
export async function replay(setup: AttackSetup, { durationMs }: Duration): Promise<Sent> {
  const victims = watchVictims(setup);
  const recorded: Uint8Array[] = [];
  setup.onGroup((bytes) => {
    if (recorded.length < maxRecorded) recorded.push(bytes);
    setup.toGroup(bytes);
  });
  const sent = await sendAtRate(setup, { durationMs, datagramsPerSecond: replayedPerSecond }, (index) => {
    const bytes = recorded[index % recorded.length];
    if (!bytes) return;
    setup.toGroup(bytes);
    const all = [...victims.values()];
    const victim = all[index % all.length];
    if (victim) setup.toEndpoint(bytes, victim.location);
  });
  return { sent };
}

export interface BlocksOrder extends Duration {
  /** How long it only listens, at the beginning. */
  readonly recordMs: number;
}

/** Records the blocks of rooms, and plays these and nothing else, again and again: their authors may be gone by then. */
export async function replayBlocks(setup: AttackSetup, { recordMs, durationMs }: BlocksOrder): Promise<Sent> {
  const recorded: Uint8Array[] = [];
  let isRecording = true;
  setup.onGroup((bytes) => {
    if (isRecording && bytes[kindOffset] === blockCode && recorded.length < maxRecorded) recorded.push(bytes);
  });
  await setup.pause(recordMs);
  isRecording = false;
  let sent = 0;
  for (let elapsedMs = recordMs; elapsedMs < durationMs; elapsedMs += blocksEveryMs) {
    for (const bytes of recorded) setup.toGroup(bytes);
    sent += recorded.length;
    await setup.pause(blocksEveryMs);
  }
  return { sent };
}

/** Becomes a peer in all honesty, and then says of everybody, all the time, that they are gone. */
export async function slander(setup: AttackSetup, { durationMs }: Duration): Promise<Sent> {
  const victims = watchVictims(setup);
  const mallory = createFalsePeers(setup).add('slanderer', { name: 'Slanderer', host: '', note: '' });
  const sent = await sendAtRate(setup, { durationMs, datagramsPerSecond: suspectedPerSecond }, (index) => {
    if (index % (5 * suspectedPerSecond) < 2) mallory.beacon();
    const all = [...victims.values()];
    const victim = all[index % all.length];
    if (!victim) return;
    const { publicKey, incarnation } = victim.beacon;
    mallory.toGroup({ kind: 'suspect', suspect: recipientTag(publicKey), suspectIncarnation: incarnation });
  });
  return { sent };
}

/** Under which `masquerade` comes: what a screen must not be made to do, and whom somebody might be taken for. */
export const masks: readonly RawTexts[] = [
  { name: '\u202egnp.exe\u202c', host: '\u001b[2J\u001b[1;31m', note: '\u2066\u2067a\u2069' },
  { name: 'line\r\n{"event":"peer-left"}\u0000', host: '\u0085\u2028\u2029', note: '\ufeff\u200b\u2060' },
  { name: 'x'.repeat(255), host: 'ü'.repeat(120), note: '👩‍🚀'.repeat(20) },
  { name: `a${'\u0301'.repeat(100)}`, host: '\u2800\u3164', note: '\u{e0041}\u{e0042}' },
  // What the first host of a scenario is called, as it reads.
  { name: 'h1\u200b', host: 'h1', note: '' },
  { name: '\u200b\u2060\u00ad', host: '', note: '' },
];

/** Peers with right keys and hostile texts. */
export async function masquerade(setup: AttackSetup, { durationMs }: Duration): Promise<Sent> {
  const falsePeers = createFalsePeers(setup);
  const peers = masks.map((texts, index) => falsePeers.add(`mask ${index}`, texts));
  const sent = await sendAtRate(setup, { durationMs, datagramsPerSecond: 2 * peers.length }, (index) =>
    peers[index % peers.length]?.beacon(),
  );
  return { sent };
}
