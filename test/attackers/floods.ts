/** Floods: more datagrams than anybody can look at closely. What they lack is a right signature, so none may cost much or change anything. */
import { encodeDatagram, publicKeyBytes, signatureBytes } from '../../src/main/core/presence/wire/datagram.ts';
import { sampleAnnouncement } from './announcement.ts';
import { below, sendAtRate, type AttackGround } from './attack-setup.ts';

export interface FloodOrder {
  readonly datagramsPerSecond: number;
  readonly durationMs: number;
}

type Result = Readonly<Record<'sent', number>>;

const publicKeyOffset = 6;
/** Share of the wrongly signed datagrams that name the key of somebody who is here. */
const knownKeyShare = 0.3;

/** Noise, and what is heard on the group: cut short, or with a bit changed. */
export async function floodWithGarbage(ground: AttackGround, order: FloodOrder): Promise<Result> {
  let heard = ground.random.bytes(200);
  ground.onGroup((bytes) => {
    if (bytes.length > 0) heard = bytes;
  });
  const sent = await sendAtRate(ground, order, () => ground.toGroup(garbage(ground, heard)));
  return { sent };
}

function garbage(ground: AttackGround, heard: Uint8Array): Uint8Array {
  const kind = below(ground, 3);
  if (kind === 0) return ground.random.bytes(1 + below(ground, 1_200));
  if (kind === 1) return heard.slice(0, below(ground, heard.length));
  const altered = heard.slice();
  const at = below(ground, altered.length);
  altered[at] = (altered[at] ?? 0) ^ (1 << below(ground, 8));
  return altered;
}

/**
 * Beacons that are right in every way but the signature: under keys that were just invented, so that each has to be unpacked if it is looked
 * at, and under the keys of those who are here. From all its addresses in turn.
 */
export async function floodWronglySigned(ground: AttackGround, order: FloodOrder): Promise<Result> {
  const keysHere: Uint8Array[] = [];
  ground.onGroup((bytes) => {
    const key = bytes.slice(publicKeyOffset, publicKeyOffset + publicKeyBytes);
    if (key.length === publicKeyBytes && keysHere.length < 64) keysHere.push(key);
  });
  const template = encodeDatagram(
    { incarnation: 1_800_000_000_000, sequence: 1 },
    { kind: 'beacon', announcement: sampleAnnouncement({ name: 'Nobody' }) },
    ground.identity('template'),
  );
  const sent = await sendAtRate(ground, order, (index) => {
    const bytes = template.slice();
    const known = ground.random.fraction() < knownKeyShare ? keysHere[below(ground, keysHere.length)] : undefined;
    bytes.set(known ?? inventedKey(ground), publicKeyOffset);
    bytes.set(ground.random.bytes(signatureBytes), bytes.length - signatureBytes);
    ground.toGroup(bytes, index % ground.sources.length);
  });
  return { sent };
}

/** Looks like a compressed point; every second one is one. */
function inventedKey({ random }: AttackGround): Uint8Array {
  const key = random.bytes(publicKeyBytes);
  key[0] = 2 + ((key[0] ?? 0) & 1);
  return key;
}
