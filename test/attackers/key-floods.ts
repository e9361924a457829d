/** Floods that need right keys: keys that come and go, and keys that are listed before the flood begins. */
import { decodeDatagram, recipientTag, signatureBytes, type Datagram } from '../../src/main/core/presence/wire/datagram.ts';
import { encodeRawBeacon, sampleAnnouncement } from './announcement.ts';
import { below, sendAtRate, type AttackSetup, type Location } from './attack-setup.ts';
import { createFalsePeers, type FalsePeer } from './false-peer.ts';

export interface ComeAndGoOrder {
  readonly durationMs: number;
  readonly keysPerSecond: number;
}

export interface KnownKeysOrder {
  readonly durationMs: number;
  /** The part of it in which the keys enter. */
  readonly enterMs: number;
  readonly keys: number;
  readonly datagramsPerSecond: number;
  /** True for right signatures: beacons without end. */
  readonly signed?: boolean;
}

interface Victim {
  readonly beacon: Extract<Datagram, { kind: 'beacon' }>;
  readonly location: Location;
}

type Result = Readonly<Record<'sent', number>>;

/** A key stays long enough for a handshake. */
const stayMs = 300;
/** A repeated beacon per listed key and second. */
const enterBeaconsPerSecond = 190;

/** Each key says HELLO to one victim, proves itself when asked, and says goodbye. */
export async function comeAndGo(setup: AttackSetup, { durationMs, keysPerSecond }: ComeAndGoOrder): Promise<Result> {
  const falsePeers = createFalsePeers(setup);
  const victim = watchFirst(setup);
  const here: { readonly peer: FalsePeer; readonly sinceMs: number }[] = [];
  let sent = 0;
  await sendAtRate(setup, { durationMs, datagramsPerSecond: keysPerSecond }, (index) => {
    const { beacon, location } = victim() ?? {};
    if (!beacon || !location) return;
    const source = index % setup.sources.length;
    const peer = falsePeers.add(`passer-by ${index}`, { name: 'Passer-by', host: '', note: '' }, source);
    const announcement = sampleAnnouncement({ name: 'Passer-by', unicastPort: setup.sources[source]?.port ?? 0 });
    const to = recipientTag(beacon.publicKey);
    const hello = {
      kind: 'hello',
      to,
      echoedIncarnation: beacon.incarnation,
      nonce: setup.random.bytes(8),
      announcement,
    } as const;
    peer.toEndpoint(hello, location);
    here.push({ peer, sinceMs: setup.nowMs() });
    sent += 1;
    while (setup.nowMs() - (here[0]?.sinceMs ?? Infinity) >= stayMs) {
      here.shift()?.peer.toEndpoint({ kind: 'goodbye' }, location);
      sent += 1;
    }
  });
  return { sent };
}

/** Peers that enter as peers do, and then send beacons or random signatures under their own keys, from their own addresses. */
export async function floodUnderKnownKeys(
  setup: AttackSetup,
  { durationMs, enterMs, keys, datagramsPerSecond, signed = false }: KnownKeysOrder,
): Promise<Result> {
  const falsePeers = createFalsePeers(setup);
  const members: { readonly peer: FalsePeer; readonly template: Uint8Array; readonly source: number }[] = [];
  await sendAtRate(setup, { durationMs: enterMs, datagramsPerSecond: enterBeaconsPerSecond }, (index) => {
    if (members.length < keys) members.push(createMember(members.length));
    members[index % members.length]?.peer.beacon();
  });
  const sent = await sendAtRate(setup, { durationMs: durationMs - enterMs, datagramsPerSecond }, () => {
    const member = members[below(setup, members.length)];
    if (!member) return;
    if (signed) return member.peer.beacon();
    const bytes = member.template.slice();
    bytes.set(setup.random.bytes(signatureBytes), bytes.length - signatureBytes);
    setup.toGroup(bytes, member.source);
  });
  return { sent };

  function createMember(index: number) {
    const name = `member ${index}`;
    const source = index % setup.sources.length;
    const texts = { name, host: '', note: '' };
    // A sequence ahead of all of its own, so that none counts as a repeat.
    const header = { incarnation: 1_800_000_000_000, sequence: 1_000_000_000 };
    const template = encodeRawBeacon(header, texts, setup.sources[source]?.port ?? 0, setup.identity(name));
    return { peer: falsePeers.add(name, texts, source), template, source };
  }
}

function watchFirst(setup: AttackSetup): () => Victim | undefined {
  let first: Victim | undefined;
  setup.onGroup((bytes, from) => {
    const decoded = decodeDatagram(bytes);
    if (first || !decoded.ok || decoded.datagram.kind !== 'beacon') return;
    const { datagram: beacon } = decoded;
    const publicKey = beacon.publicKey.slice();
    first = { beacon: { ...beacon, publicKey }, location: { address: from.address, port: beacon.announcement.unicastPort } };
  });
  return () => first;
}
