/** What attackers say of themselves; and the same with texts that our own encoder would never send. */
import type { Announcement } from '../../src/main/core/presence/wire/announcement.ts';
import { encodeDatagram, signatureBytes } from '../../src/main/core/presence/wire/datagram.ts';
import type { Identity } from '../../src/main/core/ports.ts';

/** `minRequestBytes` of the options of presence. */
const minBeaconBytes = 308;
/** Three texts of no length, as encoded at the end of an announcement. */
const emptyTextsBytes = 3;

export interface RawTexts {
  readonly name: string;
  readonly host: string;
  readonly note: string;
}

export function sampleAnnouncement(change: Partial<Announcement>): Announcement {
  return {
    intervalMs: 15_000,
    unicastPort: 50_000,
    tcpPort: 0,
    status: 'available',
    flags: 0,
    roomDigest: new Uint8Array(8),
    tops: [],
    clockSeconds: 0,
    rooms: [],
    name: '',
    host: '',
    note: '',
    ...change,
  };
}

/** A beacon with a right signature whose texts are neither cleaned nor cut, but for the one byte that holds their length. */
export function encodeRawBeacon(
  header: { readonly incarnation: number; readonly sequence: number },
  { name, host, note }: RawTexts,
  unicastPort: number,
  identity: Identity,
): Uint8Array {
  const announcement = sampleAnnouncement({ unicastPort });
  const plain = encodeDatagram(header, { kind: 'beacon', announcement }, identity);
  const texts = [name, host, note].flatMap((text) => {
    const bytes = new TextEncoder().encode(text).subarray(0, 255);
    return [bytes.length, ...bytes];
  });
  const front = plain.subarray(0, plain.length - signatureBytes - emptyTextsBytes);
  // As long as a beacon must be to get a HELLO at once.
  const padding = new Uint8Array(Math.max(0, minBeaconBytes - signatureBytes - front.length - texts.length));
  const unsigned = Uint8Array.of(...front, ...texts, ...padding);
  return Uint8Array.of(...unsigned, ...identity.sign(unsigned));
}
