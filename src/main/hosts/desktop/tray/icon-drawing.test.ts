import { expect, test } from 'vitest';
import { drawIcon } from './icon-drawing.ts';

/** Premultiplied, as everywhere in these pixels. */
function pixelAt(pixels: Uint8Array, sizePx: number, x: number, y: number): readonly number[] {
  const at = (Math.floor(y * sizePx) * sizePx + Math.floor(x * sizePx)) * 4;
  const [blue = 0, green = 0, red = 0, alpha = 0] = pixels.subarray(at, at + 4);
  return [red, green, blue, alpha];
}

test('[DESK-16] the application icon: blue, with white arches and clear corners', () => {
  const pixels = drawIcon({ sizePx: 64, style: 'app', hasDot: false });
  expect({
    corner: pixelAt(pixels, 64, 0.01, 0.01),
    ground: pixelAt(pixels, 64, 0.1, 0.5),
    arch: pixelAt(pixels, 64, 17 / 64, 0.6),
  }).toEqual({ corner: [0, 0, 0, 0], ground: [0x3a, 0x55, 0xcf, 255], arch: [255, 255, 255, 255] });
});

test.each(['app', 'template'] as const)('[DESK-16] a dot changes the %s icon in its corner only', (style) => {
  const sizePx = 32;
  const [plain, unread] = [false, true].map((hasDot) => drawIcon({ sizePx, style, hasDot }));
  const changed = Array.from({ length: sizePx * sizePx }, (_, index) => index).filter((index) =>
    [0, 1, 2, 3].some((byte) => plain?.[index * 4 + byte] !== unread?.[index * 4 + byte]),
  );
  const inCorner = changed.filter((index) => index % sizePx >= sizePx / 2 && Math.floor(index / sizePx) >= sizePx / 2);
  expect(changed.length).toBeGreaterThan(100);
  expect(inCorner).toEqual(changed);
});

test('[DESK-16] no colour is stronger than its opacity, in any size', () => {
  const tooStrong: string[] = [];
  for (const sizePx of [16, 20, 24, 32, 48]) {
    const pixels = drawIcon({ sizePx, style: 'app', hasDot: true });
    for (let at = 0; at < pixels.length; at += 4) {
      const [blue = 0, green = 0, red = 0, alpha = 0] = pixels.subarray(at, at + 4);
      if (Math.max(blue, green, red) > alpha) tooStrong.push(`pixel ${at / 4} of ${sizePx}`);
    }
  }
  expect(tooStrong).toEqual([]);
});
