/**
 * The pictures of the documents are of today's page. `node scripts/screenshots.mjs NAME` takes one
 * anew, with its mark in docs/screenshots/pictures.json.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from '@playwright/test';
import { markOf, withPicture } from '../fixtures/picture-page.ts';
import { pictureNames } from '../fixtures/picture-scenes.ts';

const directory = new URL('../../docs/screenshots/', import.meta.url);
const marks: Record<string, unknown> = JSON.parse(readFileSync(new URL('pictures.json', directory), 'utf8'));

test('each picture has a scene and a mark, and no other lies beside them', () => {
  const files = readdirSync(directory).sort();
  expect(files).toEqual([...pictureNames.map((name) => `${name}.png`), 'pictures.json'].sort());
  expect(Object.keys(marks)).toEqual(pictureNames);
});

for (const name of pictureNames) {
  test(`the picture ${name} is of today's page`, async ({ browser }) => {
    const mark = await withPicture(browser, name, markOf);
    expect(mark, `take it anew: node scripts/screenshots.mjs ${name}`).toEqual(marks[name]);
  });
}
