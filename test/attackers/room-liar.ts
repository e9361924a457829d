/**
 * A member of `#everyone` that lies about the room: its beacons promise messages that nobody wrote,
 * its heads and the references of its blocks name them, and it answers each want with "gone".
 */
import type { Frame, ReceivedFrame } from '../../src/main/core/messaging/wire/frames.ts';
import { maxMessageNumber } from '../../src/main/core/rooms/wire/block.ts';
import { previousOf, signBlock } from '../../src/main/core/rooms/wire/encode-block.ts';
import { shortTagOf } from '../../src/main/core/rooms/wire/log-tag.ts';
import type { Announcement } from '../../src/main/core/presence/wire/announcement.ts';
import { sampleAnnouncement } from './announcement.ts';
import { sendAtRate } from './attack-setup.ts';
import { createFalsePeers, type FalsePeer } from './false-peer.ts';
import { listenAs } from './false-sessions.ts';
import { hash, overhearLogs, room, roomBytes, type OverheardLog } from './room-logs.ts';
import type { UdpSetup } from './udp-setup.ts';

/** Lies a second, each as a beacon, as heads and as the references of a block. */
const liesPerSecond = 8;
const name = 'Liar';
/** More than any log has, and few enough to count as hearsay. */
const hearsayBeyond = 60;
const lastsMs = 1_000;

export async function lieAboutRooms(setup: UdpSetup, durationMs: number): Promise<Readonly<Record<string, number>>> {
  const logs = overhearLogs(setup);
  const told = { 'heads answered': 0, 'wants answered': 0 };
  const identity = setup.identity(name);
  const listener = await listenAs(identity, (frame, send) => {
    if (frame.type === 'heads') told['heads answered'] += 1;
    if (frame.type === 'want') told['wants answered'] += 1;
    const answer = answerTo(frame, [...logs.values()], setup);
    if (answer) send(answer);
  });
  const peer = createFalsePeers(setup).add(name, { name, host: '', note: '' });
  const lies = createLies(setup, logs);
  const sent = await sendAtRate(setup, { durationMs, datagramsPerSecond: liesPerSecond }, (index) => {
    // Enters as a peer does.
    if (index * (1_000 / liesPerSecond) < lastsMs) return peer.beacon();
    lies.tell(peer, index, listener.port);
  });
  listener.close();
  return { sent, 'logs overheard': logs.size, ...told };
}

function createLies(setup: UdpSetup, logs: ReadonlyMap<string, OverheardLog>) {
  const identity = setup.identity(name);
  const epoch = Date.now();
  let previous = previousOf(undefined);
  let first = 1;

  function announcement(index: number, tcpPort: number): Announcement {
    const roomDigest = setup.random.bytes(8);
    // Heavier than any: the weight is a serial number.
    roomDigest[0] = 0x40;
    return sampleAnnouncement({
      unicastPort: setup.sources[0]?.port ?? 0,
      tcpPort,
      roomDigest,
      tops: [...logs.keys()].slice(0, 5).map((tag) => ({ tag: shortTagOf(tag), number: maxMessageNumber - index })),
      clockSeconds: Math.floor(Date.now() / 1_000) + 3_600,
      rooms: [{ name: `no-such-${index}`, digest: setup.random.bytes(8) }],
      name,
    });
  }

  return {
    tell(peer: FalsePeer, index: number, tcpPort: number): void {
      peer.toGroup({ kind: 'beacon', announcement: announcement(index, tcpPort) });
      const number = 2 ** 31 - 1;
      const epochs = [1, epoch, Date.now() + 1 + index];
      peer.toGroup({ kind: 'heads', heads: epochs.map((one) => ({ room: roomBytes, epoch: one, number, bySession: false })) });
      const references = [...logs.values()]
        .slice(0, 3)
        .map((log) => ({ tag: shortTagOf(log.tag), number: log.number + hearsayBeyond }));
      const unknown = { tag: index.toString(16).padStart(8, '0'), number: index + 1 };
      const block = signBlock(
        {
          ...{ epoch, first, room, clock: { ms: Date.now(), count: 0 }, previous, type: 'text' },
          ...{ references: [...references, unknown], authorName: name, texts: [`lie ${index}`] },
        },
        { identity, hash },
      );
      previous = previousOf(block);
      first += 1;
      setup.toGroup(block.bytes);
    },
  };
}

/** Everything is here, says its heads; and then nothing is. */
function answerTo(frame: ReceivedFrame, logs: readonly OverheardLog[], setup: UdpSetup): Frame | undefined {
  if (frame.type === 'heads' && !frame.isAnswer && frame.isLast)
    return {
      ...{ type: 'heads', room, isAnswer: true, isLast: true, digest: setup.random.bytes(8) },
      heads: logs.map(({ publicKey, epoch }) => ({
        ...{ publicKey, epoch, floor: 0, top: maxMessageNumber, hash8: setup.random.bytes(8), holes: [] },
      })),
    };
  if (frame.type !== 'want') return undefined;
  const gone = frame.wanted.kind === 'ranges' ? [...new Set(frame.wanted.ranges.map(({ tag }) => tag))] : [];
  return { type: 'end', room: frame.room, id: frame.id, missing: gone.map((tag) => ({ tag, floor: maxMessageNumber })) };
}
