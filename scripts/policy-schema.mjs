/**
 * `node scripts/policy-schema.mjs` writes docs/policy.schema.json, the JSON schema of a policy file,
 * from the table of settings. test/contract/policy/policy-schema.test.ts compares the two.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { settingKeys, settingsTable } from '../src/shared/contract/settings.ts';
import { z } from '../src/shared/lib/zod.ts';
import { settingMessage } from '../src/shared/text/messages/settings.ts';
import { root } from './set-up.mjs';

const file = join(root, 'docs', 'policy.schema.json');

/** @returns {string} JSON */
export function policySchemaText() {
  const properties = settingKeys.flatMap((key) => {
    const { policy } = settingsTable[key];
    return policy === null ? [] : [key, policy].map((name) => [name, entryOf(key)]);
  });
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Hallway policy',
    description: 'Settings that an administrator decides for every user of a computer. See docs/ADMIN.md.',
    type: 'object',
    properties: { $schema: { type: 'string' }, ...Object.fromEntries(properties) },
    additionalProperties: false,
  };
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** @returns {string} the schema in the documents */
export function writtenSchemaText() {
  return readFileSync(file, 'utf8');
}

/** @param {import('../src/shared/contract/settings.ts').SettingKey} key */
function entryOf(key) {
  const { $schema: _, ...value } = z.toJSONSchema(settingsTable[key].schema);
  return {
    type: 'object',
    description: `${settingMessage(key, 'label')}: ${settingMessage(key, 'description')} Values: ${settingMessage(key, 'values')}.`,
    properties: { value, locked: { type: 'boolean' } },
    required: ['value', 'locked'],
    additionalProperties: false,
  };
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) writeFileSync(file, policySchemaText());
