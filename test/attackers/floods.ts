/** Floods: more datagrams than anybody can look at closely. What they lack is a right signature, so none may cost much or change anything. */
import { encodeDatagram, publicKeyBytes, signatureBytes } from '../../src/main/core/presence/wire/datagram.ts';
import { sampleAnnouncement } from './announcement.ts';
import { below, sendAtRate, type AttackSetup } from './attack-setup.ts';

export interface FloodOrder {
  readonly datagramsPerSecond: number;
  readonly durationMs: number;
}

type Result = Readonly<Record<'sent', number>>;

const publicKeyOffset = 6;
/** Share of the wrongly signed datagrams that name the key of somebody who is here. */
const knownKeyShare = 0.3;

/** Noise, and what is heard on the group: cut short, or with a bit changed. */
export async function floodWithGarbage(setup: AttackSetup, order: FloodOrder): Promise<Result> {
  let heard = setup.random.bytes(200);
  setup.onGroup((bytes) => {
    if (bytes.length > 0) heard = bytes;
  });
  const sent = await sendAtRate(setup, order, () => setup.toGroup(garbage(setup, heard)));
  return { sent };
}

function garbage(setup: AttackSetup, heard: Uint8Array): Uint8Array {
  const kind = below(setup, 3);
  if (kind === 0) return setup.random.bytes(1 + below(setup, 1_200));
  if (kind === 1) return heard.slice(0, below(setup, heard.length));
  const altered = heard.slice();
  const at = below(setup, altered.length);
  altered[at] = (altered[at] ?? 0) ^ (1 << below(setup, 8));
  return altered;
}

/**
 * Beacons that are right in every way but the signature: under keys that were just invented, so that each has to be unpacked if it is looked
 * at, and under the keys of those who are here. From all its addresses in turn.
 */
export async function floodWronglySigned(setup: AttackSetup, order: FloodOrder): Promise<Result> {
  const keysHere: Uint8Array[] = [];
  setup.onGroup((bytes) => {
    const key = bytes.slice(publicKeyOffset, publicKeyOffset + publicKeyBytes);
    if (key.length === publicKeyBytes && keysHere.length < 64) keysHere.push(key);
  });
  const template = encodeDatagram(
    { incarnation: 1_800_000_000_000, sequence: 1 },
    { kind: 'beacon', announcement: sampleAnnouncement({ name: 'Nobody' }) },
    setup.identity('template'),
  );
  const sent = await sendAtRate(setup, order, (index) => {
    const bytes = template.slice();
    const known = setup.random.fraction() < knownKeyShare ? keysHere[below(setup, keysHere.length)] : undefined;
    bytes.set(known ?? inventedKey(setup), publicKeyOffset);
    bytes.set(setup.random.bytes(signatureBytes), bytes.length - signatureBytes);
    setup.toGroup(bytes, index % setup.sources.length);
  });
  return { sent };
}

/** Looks like a compressed point; every second one is one. */
function inventedKey({ random }: AttackSetup): Uint8Array {
  const key = random.bytes(publicKeyBytes);
  key[0] = 2 + ((key[0] ?? 0) & 1);
  return key;
}
