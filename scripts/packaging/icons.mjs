/**
 * Draws the application's icon for packages: PNG in the sizes of Linux, ICO for Windows, ICNS for
 * macOS. The drawing is that of the window and the tray (src/main/hosts/desktop/tray), so no
 * picture file can differ from it.
 */
import { deflateSync, crc32 } from 'node:zlib';
import { drawIcon } from '../../src/main/hosts/desktop/tray/icon-drawing.ts';

/** Sizes of the hicolor theme. */
export const linuxSizes = [16, 24, 32, 48, 64, 128, 256, 512];

const windowsSizes = [16, 20, 24, 32, 40, 48, 64, 256];

/** Types of an ICNS entry with a PNG inside, and their pixels. */
const macTypes = /** @type {const} */ ([
  ['icp4', 16],
  ['icp5', 32],
  ['icp6', 64],
  ['ic07', 128],
  ['ic08', 256],
  ['ic09', 512],
  ['ic10', 1024],
]);

/** @type {Map<number, Buffer>} by size, because a large one takes a second */
const drawn = new Map();

/** @param {number} sizePx @returns {Buffer} */
export function iconPng(sizePx) {
  const png = drawn.get(sizePx) ?? drawPng(sizePx);
  drawn.set(sizePx, png);
  return png;
}

/** @param {number} sizePx */
function drawPng(sizePx) {
  const pixels = drawIcon({ sizePx, style: 'app', hasDot: false });
  const rows = Buffer.alloc(sizePx * (1 + sizePx * 4));
  for (let index = 0; index < sizePx * sizePx; index += 1) {
    const [blue = 0, green = 0, red = 0, alpha = 0] = pixels.subarray(index * 4, index * 4 + 4);
    // PNG has colours that are not multiplied by their opacity. Byte 0 of each row is its filter:
    // none.
    const plain = [red, green, blue].map((value) => (alpha === 0 ? 0 : Math.min(255, Math.round((value * 255) / alpha))));
    rows.set([...plain, alpha], Math.floor(index / sizePx) * (1 + sizePx * 4) + 1 + (index % sizePx) * 4);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(sizePx, 0);
  header.writeUInt32BE(sizePx, 4);
  // Eight bits for each of red, green, blue and opacity.
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    pngChunk('IHDR', header),
    pngChunk('IDAT', deflateSync(rows, { level: 9 })),
    pngChunk('IEND', Buffer.alloc(0)),
  ]);
}

/** @returns {Buffer} */
export function iconIco() {
  const images = windowsSizes.map(iconPng);
  const directory = Buffer.alloc(6 + 16 * images.length);
  directory.writeUInt16LE(1, 2);
  directory.writeUInt16LE(images.length, 4);
  let offset = directory.length;
  for (const [index, image] of images.entries()) {
    const at = 6 + 16 * index;
    // 0 means 256.
    const size = (windowsSizes[index] ?? 0) % 256;
    directory.set([size, size, 0, 0, 1, 0, 32, 0], at);
    directory.writeUInt32LE(image.length, at + 8);
    directory.writeUInt32LE(offset, at + 12);
    offset += image.length;
  }
  return Buffer.concat([directory, ...images]);
}

/** @returns {Buffer} */
export function iconIcns() {
  const entries = macTypes.map(([type, sizePx]) => icnsEntry(type, iconPng(sizePx)));
  return icnsEntry('icns', Buffer.concat(entries));
}

/** @param {string} type @param {Buffer} data */
function icnsEntry(type, data) {
  const head = Buffer.alloc(8);
  head.write(type, 'latin1');
  head.writeUInt32BE(data.length + 8, 4);
  return Buffer.concat([head, data]);
}

/** @param {string} type @param {Buffer} data */
function pngChunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
