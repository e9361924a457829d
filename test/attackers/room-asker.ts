/**
 * Two members of `#everyone` on two addresses that ask every node for all that it said, again and
 * again: by datagram, and over sessions, in which they take nothing.
 */
import { fromHex } from '../../src/main/core/lib/hex.ts';
import { recipientTag } from '../../src/main/core/presence/wire/datagram.ts';
import { maxMessageNumber } from '../../src/main/core/rooms/wire/block.ts';
import { shortTagOf } from '../../src/main/core/rooms/wire/log-tag.ts';
import { sampleAnnouncement } from './announcement.ts';
import { sendAtRate } from './attack-setup.ts';
import { createFalsePeers, type FalsePeer } from './false-peer.ts';
import { connectAs, type FalseSession } from './false-sessions.ts';
import { watchVictims, type Victim } from './liars.ts';
import { overhearLogs, room, roomBytes, type OverheardLog } from './room-logs.ts';
import type { UdpSetup } from './udp-setup.ts';

interface Member {
  readonly name: string;
  readonly source: number;
  readonly peer: FalsePeer;
  readonly sessions: Map<string, FalseSession>;
}

/** Of one member, to one node. */
const asksPerSecond = 40;
const wantsPerSecond = 20;
const enterMs = 1_500;
const beaconEveryMs = 500;
const rangesPerAsk = 16;
const messagesPerRange = 64;
const newestLimit = 500;

export async function askForEverything(setup: UdpSetup, durationMs: number): Promise<Readonly<Record<string, number>>> {
  const victims = watchVictims(setup);
  const logs = overhearLogs(setup);
  const falsePeers = createFalsePeers(setup);
  const members = [0, 1].map((source): Member => {
    const name = `asker ${source}`;
    return { name, source, peer: falsePeers.add(name, { name, host: '', note: '' }, source), sessions: new Map() };
  });
  const isMember = new Set(members.map(({ name }) => setup.identity(name).publicKey.join(' ')));
  const result = { asks: 0, wants: 0, 'sessions opened': 0, 'bytes by session': 0, 'bytes by datagram': 0 };
  setup.onAnswer((bytes) => (result['bytes by datagram'] += bytes.length));
  let lastBeaconMs = -Infinity;
  await sendAtRate(setup, { durationMs, datagramsPerSecond: asksPerSecond }, (index) => {
    const isEntering = index * (1_000 / asksPerSecond) < enterMs;
    if (setup.nowMs() - lastBeaconMs >= beaconEveryMs) {
      for (const member of members) announce(member, isEntering, setup);
      lastBeaconMs = setup.nowMs();
    }
    if (isEntering) return;
    for (const member of members)
      for (const [key, victim] of victims) {
        if (isMember.has(key)) continue;
        const theirs = [...logs.values()].filter(({ publicKey }) => publicKey.join(' ') === key);
        askByDatagram(member, victim, theirs);
        result.asks += 1;
        if (index % (asksPerSecond / wantsPerSecond) === 0) askBySession(setup, member, key, victim, [...logs.values()], result);
      }
  });
  for (const session of members.flatMap(({ sessions }) => [...sessions.values()])) {
    result['bytes by session'] += session.receivedBytes;
    session.close();
  }
  return result;
}

/** Its digest is light, so that nobody wants anything of it. */
function announce({ name, source, peer }: Member, isEntering: boolean, setup: UdpSetup): void {
  if (isEntering) return peer.beacon();
  const roomDigest = Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 1);
  peer.toGroup({
    kind: 'beacon',
    announcement: sampleAnnouncement({ name, unicastPort: setup.sources[source]?.port ?? 0, roomDigest }),
  });
}

function askByDatagram({ peer }: Member, { beacon, location }: Victim, logs: readonly OverheardLog[]): void {
  const [log] = logs;
  if (!log) return;
  const ranges = Array.from({ length: rangesPerAsk }, (_, index) => ({
    ...{ tag: fromHex(shortTagOf(log.tag)), from: 1 + index * messagesPerRange, count: messagesPerRange },
  }));
  peer.toEndpoint({ kind: 'ask', to: recipientTag(beacon.publicKey), room: roomBytes, ranges }, location);
}

interface Count {
  wants: number;
  'sessions opened': number;
  'bytes by session': number;
}

function askBySession(
  setup: UdpSetup,
  { name, sessions }: Member,
  key: string,
  { beacon, location }: Victim,
  logs: readonly OverheardLog[],
  count: Count,
): void {
  let session = sessions.get(key);
  if (!session?.isOpen) {
    count['bytes by session'] += session?.receivedBytes ?? 0;
    const listener = { address: location.address, port: beacon.announcement.tcpPort };
    session = connectAs(setup.identity(name), listener, () => undefined);
    sessions.set(key, session);
    count['sessions opened'] += 1;
    session.send({ type: 'heads', room, isAnswer: false, isLast: true, digest: new Uint8Array(8).fill(1), heads: [] });
  }
  count.wants += 1;
  const ranges = logs.map(({ tag }) => ({ tag, from: 1, to: maxMessageNumber }));
  const wanted =
    count.wants % 2 === 0 ? ({ kind: 'ranges', ranges } as const) : ({ kind: 'newest', limit: newestLimit } as const);
  session.send({ type: 'want', room, id: count.wants, wanted });
}
