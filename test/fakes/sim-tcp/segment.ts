/** What the simulated TCP sends: to bytes and back. */

const kinds = ['syn', 'syn-ack', 'data', 'ack', 'fin', 'rst'] as const;
const headerBytes = 21;

export interface Segment {
  readonly kind: (typeof kinds)[number];
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** Chosen by whoever opens: tells apart connections that follow one another on the same ports. */
  readonly id: number;
  /** Of the first byte in it; FIN counts as one byte. */
  readonly sequence: number;
  /** The next byte that the sender of this waits for. */
  readonly acknowledged: number;
  /** How much more it has room for, from there on. */
  readonly windowBytes: number;
  readonly bytes: Uint8Array;
}

export function encodeSegment(segment: Segment): Uint8Array {
  const bytes = new Uint8Array(headerBytes + segment.bytes.length);
  const view = new DataView(bytes.buffer);
  bytes[0] = kinds.indexOf(segment.kind);
  view.setUint16(1, segment.sourcePort);
  view.setUint16(3, segment.destinationPort);
  view.setUint32(5, segment.id);
  view.setUint32(9, segment.sequence);
  view.setUint32(13, segment.acknowledged);
  view.setUint32(17, segment.windowBytes);
  bytes.set(segment.bytes, headerBytes);
  return bytes;
}

/** @returns undefined for anything else that came to the port */
export function decodeSegment(bytes: Uint8Array): Segment | undefined {
  const kind = kinds[bytes[0] ?? kinds.length];
  if (kind === undefined || bytes.length < headerBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    kind,
    sourcePort: view.getUint16(1),
    destinationPort: view.getUint16(3),
    id: view.getUint32(5),
    sequence: view.getUint32(9),
    acknowledged: view.getUint32(13),
    windowBytes: view.getUint32(17),
    bytes: bytes.subarray(headerBytes),
  };
}
