/**
 * Takes the pictures of docs/screenshots: the built page in Chromium, over the made-up people of
 * test/fixtures/picture-scenes.ts. Beside them, pictures.json says what each was taken of;
 * test/e2e/pictures.spec.ts compares. Needs `npm run build` first, and a Node.js that runs
 * TypeScript directly (22.18 or newer).
 *
 * Usage: node scripts/screenshots.mjs [--renderer DIRECTORY] [--out DIRECTORY] [PICTURE…]
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from '@playwright/test';
import { markOf, withPicture } from '../test/fixtures/picture-page.ts';
import { pictureNames } from '../test/fixtures/picture-scenes.ts';
import { defaultRendererDirectory } from '../test/fixtures/renderer-host.ts';
import { findBrowser } from './find-browser.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    renderer: { type: 'string', default: defaultRendererDirectory },
    out: { type: 'string', default: fileURLToPath(new URL('../docs/screenshots', import.meta.url)) },
  },
});
const unknown = positionals.find((name) => !pictureNames.some((known) => known === name));
if (unknown !== undefined) throw new Error(`no such picture: ${unknown}. There are: ${pictureNames.join(', ')}`);
const wanted = pictureNames.filter((name) => positionals.length === 0 || positionals.includes(name));

await mkdir(values.out, { recursive: true });
const marksPath = join(values.out, 'pictures.json');
const before = await readMarks();
const executablePath = findBrowser();
const browser = await chromium.launch({
  ...(executablePath === undefined ? {} : { executablePath }),
  args: ['--disable-background-networking', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
});
/** @type {Record<string, import('../test/fixtures/picture-page.ts').PictureMark>} */
const taken = {};
try {
  for (const name of wanted) {
    const path = join(values.out, `${name}.png`);
    const options = { directory: resolve(values.renderer), onProblem: console.log };
    taken[name] = await withPicture(
      browser,
      name,
      async (page) => {
        await page.screenshot({ path });
        return markOf(page);
      },
      options,
    );
    console.log(path);
  }
} finally {
  await browser.close();
}
const marks = pictureNames.flatMap((name) => {
  const mark = taken[name] ?? before[name];
  return mark === undefined ? [] : [[name, mark]];
});
await writeFile(marksPath, `${JSON.stringify(Object.fromEntries(marks), undefined, 2)}\n`);

/** @returns {Promise<Record<string, import('../test/fixtures/picture-page.ts').PictureMark>>} */
async function readMarks() {
  try {
    return JSON.parse(await readFile(marksPath, 'utf8'));
  } catch {
    return {};
  }
}
