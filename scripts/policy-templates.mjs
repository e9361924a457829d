/**
 * `node scripts/policy-templates.mjs` writes the templates of policies from the table of settings:
 * docs/policy/hallway.admx and docs/policy/en-US/hallway.adml for Group Policy on Windows, and
 * docs/policy/hallway.mobileconfig for device management on macOS.
 * test/contract/policy/policy-templates.test.ts compares them.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { argv } from 'node:process';
import { pathToFileURL } from 'node:url';
import { settingKeys, settingsTable } from '../src/shared/contract/settings.ts';
import { z } from '../src/shared/lib/zod.ts';
import { settingMessage } from '../src/shared/text/messages/settings.ts';
import { root } from './set-up.mjs';

/** @typedef {import('../src/shared/contract/settings.ts').SettingKey} SettingKey */
/** @typedef {import('../src/shared/contract/settings.ts').SettingSection} SettingSection */
/** @typedef {{ key: SettingKey, policy: string, label: string, description: string }} Row */

const registryKey = 'Software\\Policies\\Hallway';
const bundleId = 'app.hallway.Hallway';
/** The largest number of a REG_DWORD. */
const maxDword = 0xffff_ffff;

/** @type {readonly Row[]} */
const rows = settingKeys.flatMap((key) => {
  const { policy } = settingsTable[key];
  const description = `${settingMessage(key, 'description')} Values: ${settingMessage(key, 'values')}.`;
  return policy === null ? [] : [{ key, policy, label: settingMessage(key, 'label'), description }];
});

/** @type {readonly SettingSection[]} */
const sections = [...new Set(rows.map(({ key }) => settingsTable[key].section))];

/** By path below docs/policy. */
export function policyTemplates() {
  return { 'hallway.admx': admx(), 'en-US/hallway.adml': adml(), 'hallway.mobileconfig': mobileconfig() };
}

/** @param {string} path below docs/policy */
export function writtenTemplate(path) {
  return readFileSync(join(root, 'docs', 'policy', path), 'utf8');
}

function admx() {
  return lines(
    '<?xml version="1.0" encoding="utf-8"?>',
    '<policyDefinitions xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions" revision="1.0" schemaVersion="1.0">',
    '  <policyNamespaces>',
    '    <target prefix="hallway" namespace="Hallway.Policies"/>',
    '  </policyNamespaces>',
    '  <resources minRequiredRevision="1.0"/>',
    '  <supportedOn>',
    '    <definitions>',
    '      <definition name="supported" displayName="$(string.supported)"/>',
    '    </definitions>',
    '  </supportedOn>',
    '  <categories>',
    '    <category name="hallway" displayName="$(string.hallway)"/>',
    ...sections.flatMap((section) => [
      `    <category name="${section}" displayName="$(string.section_${section})">`,
      '      <parentCategory ref="hallway"/>',
      '    </category>',
    ]),
    '  </categories>',
    '  <policies>',
    ...rows.flatMap(admxPolicy),
    '  </policies>',
    '</policyDefinitions>',
  );
}

/** @param {Row} row */
function admxPolicy({ key, policy }) {
  const { kind, schema } = shapeOf(key);
  const texts = `displayName="$(string.${policy})" explainText="$(string.${policy}_explain)"`;
  const value = kind === 'boolean' ? ` valueName="${policy}"` : ` presentation="$(presentation.${policy})"`;
  return [
    `    <policy name="${policy}" class="Machine" ${texts} key="${registryKey}"${value}>`,
    `      <parentCategory ref="${settingsTable[key].section}"/>`,
    '      <supportedOn ref="supported"/>',
    ...(kind === 'boolean'
      ? ['      <enabledValue><decimal value="1"/></enabledValue>', '      <disabledValue><decimal value="0"/></disabledValue>']
      : ['      <elements>', ...element(policy, kind, schema).map((line) => `        ${line}`), '      </elements>']),
    '    </policy>',
  ];
}

/**
 * @param {string} policy
 * @param {string} kind
 * @param {any} schema
 */
function element(policy, kind, schema) {
  const names = `id="${policy}" valueName="${policy}"`;
  switch (kind) {
    case 'enum':
      return [
        `<enum ${names} required="true">`,
        ...schema.enum.map(
          (/** @type {string} */ value) =>
            `  <item displayName="$(string.${policy}_${value})"><value><string>${escape(value)}</string></value></item>`,
        ),
        '</enum>',
      ];
    case 'number':
      return [
        `<decimal ${names} required="true" minValue="${schema.minimum}" maxValue="${Math.min(schema.maximum, maxDword)}"/>`,
      ];
    case 'array':
      return [`<list id="${policy}" key="${registryKey}\\${policy}" valuePrefix=""/>`];
    default:
      return [`<text ${names} required="true"/>`];
  }
}

function adml() {
  const texts = [
    ['hallway', 'Hallway'],
    ['supported', 'Every version of Hallway'],
    ...sections.map((section) => [`section_${section}`, `${section[0]?.toUpperCase()}${section.slice(1)}`]),
    ...rows.flatMap(({ key, policy, label, description }) => {
      const { kind, schema } = shapeOf(key);
      const values = kind === 'enum' ? schema.enum.map((/** @type {string} */ value) => [`${policy}_${value}`, value]) : [];
      return [[policy, label], [`${policy}_explain`, description], ...values];
    }),
  ];
  return lines(
    '<?xml version="1.0" encoding="utf-8"?>',
    '<policyDefinitionResources xmlns="http://schemas.microsoft.com/GroupPolicy/2006/07/PolicyDefinitions" revision="1.0" schemaVersion="1.0">',
    '  <displayName>Hallway</displayName>',
    '  <description>Settings that an administrator decides for every user of a computer.</description>',
    '  <resources>',
    '    <stringTable>',
    ...texts.map(([id, text]) => `      <string id="${id}">${escape(text ?? '')}</string>`),
    '    </stringTable>',
    '    <presentationTable>',
    ...rows.flatMap(presentation),
    '    </presentationTable>',
    '  </resources>',
    '</policyDefinitionResources>',
  );
}

/** @param {Row} row */
function presentation({ key, policy, label }) {
  const text = escape(label);
  /** @type {Record<string, string | undefined>} */
  const controls = {
    enum: `<dropdownList refId="${policy}">${text}</dropdownList>`,
    number: `<decimalTextBox refId="${policy}" spin="false">${text}</decimalTextBox>`,
    array: `<listBox refId="${policy}">${text}</listBox>`,
    text: `<textBox refId="${policy}"><label>${text}</label></textBox>`,
  };
  const control = controls[shapeOf(key).kind];
  return control === undefined ? [] : [`      <presentation id="${policy}">${control}</presentation>`];
}

function mobileconfig() {
  return lines(
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">',
    '<!-- Every policy with its usual value. Remove the keys that users should decide. -->',
    '<plist version="1.0">',
    '<dict>',
    ...payload('Configuration', bundleId, '6f0c9d0e-3a53-4f0b-9f6c-6f4a3c1d7e01'),
    '  <key>PayloadScope</key>',
    '  <string>System</string>',
    '  <key>PayloadContent</key>',
    '  <array>',
    '  <dict>',
    ...payload(bundleId, `${bundleId}.settings`, '6f0c9d0e-3a53-4f0b-9f6c-6f4a3c1d7e02'),
    ...rows.flatMap(({ key, policy, label, description }) => [
      `  <!-- ${escape(`${label}. ${description}`).replaceAll('--', '- -')} -->`,
      `  <key>${policy}</key>`,
      `  ${plistValue(settingsTable[key].default)}`,
    ]),
    '  </dict>',
    '  </array>',
    '</dict>',
    '</plist>',
  );
}

/**
 * @param {string} type
 * @param {string} identifier
 * @param {string} uuid any, but always the same: a new one would be another profile
 */
function payload(type, identifier, uuid) {
  const texts = { PayloadType: type, PayloadIdentifier: identifier, PayloadUUID: uuid, PayloadDisplayName: 'Hallway' };
  return [
    ...Object.entries(texts).flatMap(([key, text]) => [`  <key>${key}</key>`, `  <string>${text}</string>`]),
    '  <key>PayloadVersion</key>',
    '  <integer>1</integer>',
  ];
}

/**
 * @param {unknown} value
 * @returns {string} without a `null`, which a property list cannot have, so it is JSON there
 */
function plistValue(value) {
  if (typeof value === 'boolean') return value ? '<true/>' : '<false/>';
  if (typeof value === 'number') return `<integer>${value}</integer>`;
  if (Array.isArray(value)) return `<array>${value.map(plistValue).join('')}</array>`;
  return `<string>${escape(typeof value === 'string' ? value : JSON.stringify(value))}</string>`;
}

/**
 * @param {SettingKey} key
 * @returns {{ kind: 'boolean' | 'enum' | 'number' | 'array' | 'text', schema: any }} an object is
 * written as JSON, so it is a text
 */
function shapeOf(key) {
  /** @type {any} */
  const whole = z.toJSONSchema(settingsTable[key].schema);
  const schema = whole.anyOf?.find((/** @type {any} */ part) => part.type !== 'null') ?? whole;
  if (schema.enum !== undefined) return { kind: 'enum', schema };
  if (schema.type === 'integer') return { kind: 'number', schema };
  const kind = ['boolean', 'number', 'array'].includes(schema.type) ? schema.type : 'text';
  return { kind, schema };
}

/** @param {string} text */
function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** @param {...string} each */
function lines(...each) {
  return `${each.join('\n')}\n`;
}

if (import.meta.url === pathToFileURL(argv[1] ?? '').href) {
  for (const [path, text] of Object.entries(policyTemplates())) {
    const file = join(root, 'docs', 'policy', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
