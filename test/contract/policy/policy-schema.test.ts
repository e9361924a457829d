/** Compares the policies in the source with those in the documents. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { decodePolicy } from '../../../src/shared/contract/policy.ts';
import { z } from '../../../src/shared/lib/zod.ts';
import { policySchemaText, writtenSchemaText } from '../../../scripts/policy-schema.mjs';

const adminText = readFileSync(join(import.meta.dirname, '../../../docs/ADMIN.md'), 'utf8');
const example: unknown = JSON.parse(/<!-- example -->\n```json\n([^]*?)```/.exec(adminText)?.[1] ?? '');
const schema = z.fromJSONSchema(JSON.parse(writtenSchemaText()) as Parameters<typeof z.fromJSONSchema>[0]);

test('[POLICY-7] docs/policy.schema.json is what `node scripts/policy-schema.mjs` writes', () => {
  expect(writtenSchemaText()).toBe(policySchemaText());
});

test('[POLICY-7] the schema and Hallway take the example of docs/ADMIN.md, whole', () => {
  const decoded = decodePolicy(example);
  expect({
    isValid: schema.safeParse(example).success,
    faulty: decoded?.faulty,
    keys: Object.keys(decoded?.policy ?? {}),
  }).toEqual({
    isValid: true,
    faulty: [],
    keys: ['notificationContent', 'keepDays', 'roomKeepDays', 'manualAddresses', 'quietHours', 'port', 'startAtLogin'],
  });
});

test.each([
  { keepDays: { value: 90 } },
  { keepDays: { value: '90', locked: true } },
  { keepDays: { value: 90, locked: 'yes' } },
  { keepDay: { value: 90, locked: true } },
  { name: { value: 'Ana', locked: true } },
  { quietHours: { value: { days: [8], from: '00:00', to: '00:00' }, locked: true } },
])('[POLICY-7] the schema refuses %j, and so does Hallway', (policy) => {
  expect({ isValid: schema.safeParse(policy).success, faulty: decodePolicy(policy)?.faulty }).toEqual({
    isValid: false,
    faulty: Object.keys(policy),
  });
});
