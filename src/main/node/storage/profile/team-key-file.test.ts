import { describeRefusal } from '../../../../shared/text/messages/describe-refusal.ts';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTeamPassphrases } from './team-key-file.ts';

/** At random, so never the same. */
const suggestion = /[a-z2-7]{4}(-[a-z2-7]{4}){3}/;
const suggested = expect.stringMatching(suggestion) as string;

let directory = '';
let file = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hallway-team-'));
  file = join(directory, 'team-key');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

describe('[TEAM-3] the passphrases', () => {
  it.each([
    ['one line', 'correct horse battery', ['correct horse battery']],
    ['blanks and line ends of any kind', '\ufeff\r\n\r\n  correct horse battery \r\n\r\n', ['correct horse battery']],
    ['two lines', 'the new passphrase\nthe old passphrase\n', ['the new passphrase', 'the old passphrase']],
    ['the same twice', 'the only passphrase\nthe only passphrase\n', ['the only passphrase']],
    ['eight characters of several bytes', 'пароль12', ['пароль12']],
  ])('are read from %s', async (_what, text, passphrases) => {
    await writeFile(file, text, { mode: 0o600 });
    expect(await readTeamPassphrases({ file })).toEqual({ ok: true, passphrases });
    expect(await readTeamPassphrases({ text })).toEqual({ ok: true, passphrases });
  });
});

describe('[TEAM-2, TEAM-5] what is no team key', () => {
  it.each([
    ['nothing', '\n \n', { problem: 'empty', suggestion: suggested }],
    ['a short one', 'secret7', { problem: 'tooShort', line: 'first', limit: 8, suggestion: suggested }],
    ['a short second one', 'long enough\nshort', { problem: 'tooShort', line: 'second', limit: 8, suggestion: suggested }],
    ['three lines', '-----BEGIN\nPRIVATE\nKEY', { problem: 'manyLines', limit: 2 }],
    ['a very long line', 'x'.repeat(1_001), { problem: 'tooLong', line: 'first', limit: 1_000 }],
  ])('is refused with the reason, and never repeated: %s', async (_what, text, reason) => {
    await writeFile(file, text, { mode: 0o600 });
    const [fromFile, fromText] = [await readTeamPassphrases({ file }), await readTeamPassphrases({ text })];
    const refused = { ok: false, code: 'team-key-unusable' };
    expect(fromFile).toEqual({ ...refused, values: { source: 'file', path: file, ...reason } });
    expect(fromText).toEqual({ ...refused, values: { source: 'variable', ...reason } });
  });

  it('is a file that is absent, a folder, or not text', async () => {
    const refusalOf = async (): Promise<unknown> => {
      const result = await readTeamPassphrases({ file });
      return result.ok ? result : describeRefusal(result);
    };
    const withoutSuggestion = String(await refusalOf()).replace(suggestion, 'ONE');
    expect(withoutSuggestion).toBe(`The team key file ${file} doesn't exist. A passphrase that no one guesses: ONE`);
    await mkdir(file);
    expect(await refusalOf()).toBe(`The team key file ${file} couldn't be read (it isn't a file).`);
    await rm(file, { recursive: true });
    await writeFile(file, Uint8Array.of(0xff, 0xfe, 0xfd), { mode: 0o600 });
    expect(await refusalOf()).toBe(`The team key file ${file} couldn't be read (it isn't UTF-8 text).`);
  });
});

it.skipIf(process.platform === 'win32')('[TEAM-4] says when others on this computer can read the file', async () => {
  await writeFile(file, 'correct horse battery', { mode: 0o600 });
  expect(await readTeamPassphrases({ file })).not.toHaveProperty('problem');
  for (const mode of [0o640, 0o604]) {
    await chmod(file, mode);
    const result = await readTeamPassphrases({ file });
    expect(result).toMatchObject({ ok: true, problem: { code: 'team-key-exposed', severity: 'warning' } });
    expect(JSON.stringify('problem' in result && result.problem)).not.toContain('correct horse');
  }
});
