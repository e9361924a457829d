import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTeamPassphrases } from './team-key-file.ts';

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

describe('[TEAM-2] what is no team key', () => {
  it.each([
    ['nothing', '\n \n', 'is empty. Write the passphrase on its first line.'],
    ['a short one', 'secret7', ', first line: a passphrase needs at least 8 characters. Several words are best.'],
    [
      'a short second one',
      'long enough\nshort',
      ', second line: a passphrase needs at least 8 characters. Several words are best.',
    ],
    ['three lines', '-----BEGIN\nPRIVATE\nKEY', 'has more than 2 lines: one passphrase, and one more that is also accepted.'],
    ['a very long line', 'x'.repeat(1_001), ', first line: more than 1000 characters are no passphrase.'],
  ])('is refused with the reason, and never repeated: %s', async (_what, text, reason) => {
    await writeFile(file, text, { mode: 0o600 });
    const [fromFile, fromText] = [await readTeamPassphrases({ file }), await readTeamPassphrases({ text })];
    const glue = reason.startsWith(',') ? '' : ' ';
    expect(fromFile).toEqual({ ok: false, code: 'team-key-unusable', message: `The team key file ${file}${glue}${reason}` });
    expect(fromText).toEqual({ ok: false, code: 'team-key-unusable', message: `HALLWAY_TEAM_KEY${glue}${reason}` });
  });

  it('is a file that is absent, a folder, or not text', async () => {
    const messageOf = async (): Promise<unknown> => {
      const result = await readTeamPassphrases({ file });
      return result.ok ? result : result.message;
    };
    expect(await messageOf()).toBe(`The team key file ${file} is not there.`);
    await mkdir(file);
    expect(await messageOf()).toBe(`The team key file ${file} could not be read: it is not a file.`);
    await rm(file, { recursive: true });
    await writeFile(file, Uint8Array.of(0xff, 0xfe, 0xfd), { mode: 0o600 });
    expect(await messageOf()).toBe(`The team key file ${file} could not be read: it is not UTF-8 text.`);
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
