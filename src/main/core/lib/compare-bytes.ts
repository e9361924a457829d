/** What `Uint8Array` lacks: comparing, and putting one after another. Pure. */

export function areBytesEqual(some: Uint8Array, others: Uint8Array): boolean {
  return some.length === others.length && startsWith(some, others);
}

/** @returns whether all of `prefix` is there */
export function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  return bytes.length >= prefix.length && prefix.every((byte, index) => byte === bytes[index]);
}

/** @returns a copy of all parts in a row */
export function concatBytes(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
