import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('../src/renderer/ui/tokens.css', import.meta.url), 'utf8');
const more = css.slice(css.indexOf('prefers-contrast: more'), css.indexOf('prefers-reduced-motion'));

type Theme = 'light' | 'dark';

/** @returns the colour of the token in that theme, as `#rrggbb` */
function colourOf(token: string, theme: Theme, withMoreContrast: boolean): string {
  const values = [
    ...css.slice(0, css.indexOf('@media')).matchAll(pairOf(token)),
    ...(withMoreContrast ? more.matchAll(pairOf(token)) : []),
  ];
  const colour = values.at(-1)?.[theme === 'light' ? 1 : 2];
  if (colour === undefined) throw new Error(`no pair of colours for ${token}`);
  return colour;
}

function pairOf(token: string): RegExp {
  return new RegExp(`${token}: light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)`, 'gu');
}

/** Relative luminance, WCAG 2.2. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((first, second) => second - first);
  return (light + 0.05) / (dark + 0.05);
}

/** Colours that must stand out, each with those behind it. */
const marks = [
  ['--line-field', ['--surface', '--surface-side', '--surface-raised']],
  // The bar of the selected row, and the outline of the focus.
  ['--accent', ['--surface', '--surface-side', '--surface-selected', '--surface-own-bubble', '--surface-raised']],
  ['--good', ['--surface', '--surface-side', '--surface-hover']],
  ['--warn', ['--surface', '--surface-side', '--surface-hover']],
  ['--bad', ['--surface', '--surface-side', '--surface-selected']],
  ['--one-way', ['--surface', '--surface-side', '--surface-selected']],
] as const;

const texts = [
  [
    '--text',
    ['--surface', '--surface-side', '--surface-selected', '--surface-bubble', '--surface-own-bubble', '--surface-field'],
  ],
  [
    '--text-soft',
    ['--surface', '--surface-side', '--surface-selected', '--surface-bubble', '--surface-own-bubble', '--surface-hover'],
  ],
  ['--text-faint', ['--surface', '--surface-side', '--surface-hover', '--surface-field']],
  ['--warn-text', ['--warn-soft']],
  ['--bad-text', ['--bad-soft', '--surface']],
  ['--one-way-text', ['--one-way-soft']],
] as const;

/** The pairs below that contrast. */
function weakPairs(
  pairs: typeof marks | typeof texts,
  least: number,
  theme: Theme,
  withMoreContrast: boolean,
): readonly string[] {
  return pairs.flatMap(([token, surfaces]) =>
    surfaces.flatMap((surface) => {
      const ratio = contrast(colourOf(token, theme, withMoreContrast), colourOf(surface, theme, withMoreContrast));
      return ratio < least ? [`${token} on ${surface}: ${ratio.toFixed(2)}`] : [];
    }),
  );
}

describe.each(['light', 'dark'] as const)('the colours of the %s theme', (theme) => {
  test.each([false, true])(
    '[A11Y-5] fields, marks and the selected row have 3:1, and texts 4.5:1; more contrast: %s',
    (isMore) => {
      expect([weakPairs(marks, 3, theme, isMore), weakPairs(texts, 4.5, theme, isMore)]).toEqual([[], []]);
    },
  );

  test('[A11Y-5] texts have 7:1 for a user who asks for more contrast', () => {
    expect(weakPairs(texts.slice(0, 3) as unknown as typeof texts, 7, theme, true)).toEqual([]);
  });
});
