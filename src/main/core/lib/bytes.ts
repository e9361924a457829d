/** Operations that `Uint8Array` and `DataView` lack: comparing, joining and 48-bit fields. Pure. */

/** @param value up to 2^48 - 1, enough for 8,900 years in milliseconds */
export function uint48(value: number): Uint8Array {
  const bytes = new Uint8Array(6);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Math.floor(value / 2 ** 32));
  view.setUint32(2, value % 2 ** 32);
  return bytes;
}

export function readUint48(bytes: Uint8Array, offset: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return view.getUint16(offset) * 2 ** 32 + view.getUint32(offset + 2);
}

export function areBytesEqual(some: Uint8Array, others: Uint8Array): boolean {
  return some.length === others.length && startsWith(some, others);
}

/** @returns true if `bytes` starts with all of `prefix` */
export function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return bytes.length >= prefix.length && prefix.every((byte, index) => byte === bytes[index]);
}

/** @returns a copy of all parts, concatenated */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
