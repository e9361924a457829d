/**
 * Hexadecimal text for short binary fields (log tags, room IDs), which serve as keys of maps. Pure.
 */

const hexOfByte: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** @returns two lower-case digits per byte */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += hexOfByte[byte] as string;
  return text;
}

/** @param text lower-case digits, an even number of them */
export function fromHex(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 2 }, (_, index) => Number.parseInt(text.slice(2 * index, 2 * index + 2), 16));
}
