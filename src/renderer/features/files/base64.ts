/** Bytes as base64, as calls carry them, and back. */

/** Characters of one call of `fromCharCode`, whose arguments lie on the stack. */
const stackable = 8_192;

export function toBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += stackable) text += String.fromCharCode(...bytes.subarray(at, at + stackable));
  return btoa(text);
}

/** @throws for anything else */
export function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}
