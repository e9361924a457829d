/** Whether an XMP packet names a place: coordinates, or a place in words (IPTC). Pure. */

const place = /GPS|photoshop:(?:City|State|Country)|Iptc4xmp\w*:(?:Location|CountryCode)/i;

/** The packet is text in UTF-8; only ASCII matters here. UTF-16 and UTF-32 are read too. */
export function namesPlace(packet: Uint8Array): boolean {
  return place.test(Buffer.from(packet).toString('latin1').replaceAll('\0', ''));
}
