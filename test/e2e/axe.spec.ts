/**
 * The page examined by axe: WCAG 2.2 A and AA, and best practices. Twenty scenes in every run, all
 * of them in every look at night.
 */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from '@playwright/test';
import { scenes, withScene, type SceneName } from './scenes.ts';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const looks = {
  light: { colorScheme: 'light' },
  dark: { colorScheme: 'dark' },
  'forced colours': { forcedColors: 'active' },
} as const;

type LookName = keyof typeof looks;

/** The most important screens in more than one look, the others in one. */
const inEveryRun: readonly (readonly [SceneName, LookName])[] = [
  ['list', 'light'],
  ['list', 'dark'],
  ['palette-found', 'forced colours'],
  ['list-narrow', 'light'],
  ['details', 'light'],
  ['list-menu', 'dark'],
  ['compare', 'light'],
  ['conversation', 'dark'],
  ['conversation', 'forced colours'],
  ['conversation-narrow', 'light'],
  ['new-key', 'dark'],
  ['settings-search', 'dark'],
  ['find-results', 'light'],
  ['private-details', 'dark'],
  ['room-details', 'light'],
  ['room', 'dark'],
  ['profile', 'light'],
  ['network-trouble', 'dark'],
  ['settings', 'light'],
  ['alone', 'light'],
];

const allPairs = (Object.keys(scenes) as SceneName[]).flatMap((scene) =>
  (Object.keys(looks) as LookName[]).map((look) => [scene, look] as const),
);

for (const [scene, look] of process.env['HALLWAY_LONG'] === '1' ? allPairs : inEveryRun) {
  test(`[A11Y-6] axe finds nothing wrong in the scene ${scene}, ${look}`, async ({ browser }) => {
    await withScene(browser, scene, looks[look], async (page) => {
      const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
      const found = violations.map(
        ({ id, nodes }) =>
          `${id}: ${nodes.map(({ html, any, all }) => `${html.slice(0, 160)} ${[...any, ...all].map(({ message }) => message).join('; ')}`).join('\n  ')}`,
      );
      expect(found).toEqual([]);
    });
  });
}
