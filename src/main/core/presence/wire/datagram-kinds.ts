/**
 * One entry per kind of datagram: its code, its content and its codec (rules WIRE-1 to WIRE-8). The
 * byte layout is drawn in docs/spec/wire-presence.md. Types and dispatch derive from the entries.
 * Header and signature are in `datagram.ts`.
 */
import type { Endpoint } from '../../ports.ts';
import { concatBytes, readUint48, uint48 } from '../../lib/bytes.ts';
import { askCodec, headsCodec } from './loss-datagrams.ts';
import { decodeAnnouncement, encodeAnnouncement, type Announcement, type MalformedAnnouncement } from './announcement.ts';

/** The start of a public key's x coordinate: enough to name the receiver of a datagram. */
export const recipientBytes = 8;
export const nonceBytes = 8;
/**
 * IPv4 address and port. IPv4 only, since a link-local IPv6 address is valid on its own link alone.
 */
const endpointBytes = 6;
const exchangeBytes = recipientBytes + nonceBytes;
const helloBytes = recipientBytes + 6 + nonceBytes;

interface DatagramCodec<Content> {
  /** The code on the wire. It never changes its kind. */
  readonly code: number;
  encode(content: Content): Uint8Array;
  /** Never throws. @param body may be longer than what is read, if a later version sent it */
  decode(body: Uint8Array): NoInfer<Content> | MalformedAnnouncement;
}

interface Exchange {
  /** The tag of the receiver: see `recipientTag`. */
  readonly to: Uint8Array;
  readonly nonce: Uint8Array;
}

interface HelloContent extends Exchange {
  /**
   * The incarnation in the beacon that the HELLO answers. It proves that the sender heard that
   * incarnation.
   */
  readonly echoedIncarnation: number;
  readonly announcement: Announcement;
}

interface PingContent extends Exchange {
  /**
   * Unanswered PINGs before this one in the probe. A rising count tells the receiver that its PONGs
   * are lost.
   */
  readonly unanswered: number;
  /** Asks for a beacon by unicast, because the sender does not hear the receiver's beacons. */
  readonly wantsBeacon: boolean;
}

/** The codec of kinds that carry a tag and a nonce only. */
const exchange = {
  encode: ({ to, nonce }: Exchange) => concatBytes([to, nonce]),
  decode: (body: Uint8Array) => (body.length < exchangeBytes ? 'truncated' : decodeExchange(body)),
} as const;

export const datagramCodecs = {
  beacon: define({
    code: 1,
    encode: ({ announcement }: { readonly announcement: Announcement }) => encodeAnnouncement(announcement),
    decode(body) {
      const announcement = decodeAnnouncement(body);
      return typeof announcement === 'string' ? announcement : { announcement };
    },
  }),

  hello: define({ code: 2, encode: encodeHello, decode: decodeHello }),

  'hello-ack': define({ code: 3, ...exchange }),

  goodbye: define<object>({ code: 4, encode: () => new Uint8Array(0), decode: () => ({}) }),

  ping: define({
    code: 5,
    encode: ({ to, nonce, unanswered, wantsBeacon }: PingContent) =>
      concatBytes([to, nonce, Uint8Array.of(Math.min(unanswered, 255), wantsBeacon ? 1 : 0)]),
    decode(body) {
      const [unanswered, flags] = body.subarray(exchangeBytes);
      if (unanswered === undefined || flags === undefined) return 'truncated';
      return { ...decodeExchange(body), unanswered, wantsBeacon: (flags & 1) !== 0 };
    },
  }),

  pong: define({ code: 6, ...exchange }),

  suspect: define({
    code: 7,
    encode: ({ suspect, suspectIncarnation }: { readonly suspect: Uint8Array; readonly suspectIncarnation: number }) =>
      concatBytes([suspect, uint48(suspectIncarnation)]),
    decode(body) {
      if (body.length < recipientBytes + 6) return 'truncated';
      return { suspect: body.subarray(0, recipientBytes), suspectIncarnation: readUint48(body, recipientBytes) };
    },
  }),

  'ask-peers': define({ code: 8, ...exchange }),

  peers: define({
    code: 9,
    encode: ({ to, nonce, endpoints }: Exchange & { readonly endpoints: readonly Endpoint[] }) =>
      concatBytes([to, nonce, Uint8Array.of(endpoints.length), ...endpoints.map(encodeEndpoint)]),
    decode(body) {
      const endpoints = decodeEndpoints(body.subarray(exchangeBytes));
      return endpoints ? { ...decodeExchange(body), endpoints } : 'truncated';
    },
  }),

  'call-me': define({
    code: 10,
    encode: ({ to }: Pick<Exchange, 'to'>) => to,
    decode: (body) => (body.length < recipientBytes ? 'truncated' : { to: body.subarray(0, recipientBytes) }),
  }),

  // Code 11 is that of blocks, which the peers of their author pass on: they are no datagrams of
  // their sender, and `rooms` reads them (ROOM-1).
  ask: define(askCodec),

  heads: define(headsCodec),
};

export type DatagramKind = keyof typeof datagramCodecs;

export type DatagramBody = {
  [Kind in DatagramKind]: { readonly kind: Kind } & Parameters<(typeof datagramCodecs)[Kind]['encode']>[0];
}[DatagramKind];

const kindByCode = new Map(Object.entries(datagramCodecs).map(([kind, { code }]) => [code, kind as DatagramKind]));

/** @returns undefined for a kind of a later version */
export function datagramKindOf(code: number | undefined): DatagramKind | undefined {
  return code === undefined ? undefined : kindByCode.get(code);
}

export function encodeBody(body: DatagramBody): Uint8Array {
  const { encode } = datagramCodecs[body.kind] as DatagramCodec<DatagramBody>;
  return encode(body);
}

export function decodeBody(kind: DatagramKind, body: Uint8Array): DatagramBody | MalformedAnnouncement {
  const content = datagramCodecs[kind].decode(body);
  return typeof content === 'string' ? content : ({ kind, ...content } as DatagramBody);
}

/** Makes `encode` and `decode` agree on the content type. */
function define<Content>(codec: DatagramCodec<Content>): DatagramCodec<Content> {
  return codec;
}

function encodeHello({ to, echoedIncarnation, nonce, announcement }: HelloContent): Uint8Array {
  return concatBytes([to, uint48(echoedIncarnation), nonce, encodeAnnouncement(announcement)]);
}

function decodeHello(body: Uint8Array): HelloContent | MalformedAnnouncement {
  if (body.length < helloBytes) return 'truncated';
  const announcement = decodeAnnouncement(body.subarray(helloBytes));
  if (typeof announcement === 'string') return announcement;
  return {
    to: body.subarray(0, recipientBytes),
    echoedIncarnation: readUint48(body, recipientBytes),
    nonce: body.subarray(helloBytes - nonceBytes, helloBytes),
    announcement,
  };
}

function decodeExchange(body: Uint8Array): Exchange {
  return { to: body.subarray(0, recipientBytes), nonce: body.subarray(recipientBytes, exchangeBytes) };
}

function encodeEndpoint({ address, port }: Endpoint): Uint8Array {
  return Uint8Array.of(...address.split('.').map(Number), port >> 8, port & 255);
}

/**
 * @param bytes a count, and as many endpoints
 * @returns undefined if the bytes are too short for the count
 */
function decodeEndpoints(bytes: Uint8Array): readonly Endpoint[] | undefined {
  const [count] = bytes;
  if (count === undefined || bytes.length < 1 + count * endpointBytes) return undefined;
  return Array.from({ length: count }, (_, index) => {
    const [a, b, c, d, high = 0, low = 0] = bytes.subarray(1 + index * endpointBytes, 1 + (index + 1) * endpointBytes);
    return { family: 'ipv4', address: `${a}.${b}.${c}.${d}`, port: high * 256 + low };
  });
}
