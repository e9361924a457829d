/**
 * `node scripts/settings-table.mjs` writes the table of settings into docs/SETTINGS.md, from the
 * source. It needs the Node.js of the tests, which runs TypeScript. scripts/settings-table.test.ts
 * compares the two.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { settingKeys, settingsTable } from '../src/shared/contract/settings.ts';
import { settingMessage } from '../src/shared/text/messages/settings.ts';
import { root } from './set-up.mjs';

const file = join(root, 'docs', 'SETTINGS.md');
const [begin, end] = ['<!-- settings -->\n', '<!-- end of settings -->\n'];
const everywhere = 'desktop, browser, terminal; linux, macos, windows';

/** @returns {string} Markdown */
export function settingsMarkdown() {
  const rows = settingKeys.map((key) => {
    const { default: usual, section, hosts, systems } = settingsTable[key];
    const place = `${hosts.join(', ')}; ${systems.join(', ')}`;
    const usualText = key === 'name' ? 'the name of your account' : `\`${JSON.stringify(usual)}\``;
    return [
      `\`${key}\``,
      section,
      `**${settingMessage(key, 'label')}.** ${settingMessage(key, 'description')}`,
      settingMessage(key, 'values'),
      usualText,
      place === everywhere ? 'everywhere' : place,
    ];
  });
  const head = ['key', 'section', 'what it does', 'values', 'default', 'where'];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** @returns {string} the table for the document */
export function writtenMarkdown() {
  return parts().table;
}

function parts() {
  const text = readFileSync(file, 'utf8');
  const [before = '', rest = ''] = text.split(begin);
  const [table = '', after = ''] = rest.split(end);
  return { before, table, after };
}

function main() {
  const { before, after } = parts();
  writeFileSync(file, before + begin + settingsMarkdown() + end + after);
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) main();
