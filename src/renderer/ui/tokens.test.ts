/** The contrast of the colours that show where a control is (WCAG 2.2, 1.4.11), in both themes. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
const surfaces = ['surface', 'surface-side', 'surface-raised', 'surface-field'];
/** Of lines and marks that are the only sign of a control. */
const minContrast = 3;

/** @returns the colour of a token in the light and in the dark theme */
function tokenOf(name: string): readonly [string, string] {
  const [, light, dark] = new RegExp(`--${name}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`).exec(css) ?? [];
  if (light === undefined || dark === undefined) throw new Error(`no colours for --${name}`);
  return [light, dark];
}

/** WCAG 2.2: relative luminance. */
function luminanceOf(color: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(color.slice(start, start + 2), 16) / 255;
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrastOf(a: string, b: string): number {
  const [low = 0, high = 0] = [luminanceOf(a), luminanceOf(b)].toSorted((one, other) => one - other);
  return (high + 0.05) / (low + 0.05);
}

test.each(['line-field', 'accent', 'switch-off'])('--%s has 3:1 on every surface', (name) => {
  const weak = surfaces.flatMap((surface) =>
    tokenOf(name).map((color, theme) => ({ surface, theme, contrast: contrastOf(color, tokenOf(surface)[theme] ?? '') })),
  );
  expect(weak.filter(({ contrast }) => contrast < minContrast)).toEqual([]);
});
