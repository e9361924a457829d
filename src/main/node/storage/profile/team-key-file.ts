/**
 * Where the team's passphrases come from: a file, or the text of HALLWAY_TEAM_KEY, never the command line, which everybody on the computer
 * can read. The first line that is not empty is the passphrase that is sent with; a second one is also accepted (rule TEAM-3). What is wrong is
 * said without repeating what was read. Stretching them is left to `trust/team-key.ts`.
 */
import { stat } from 'node:fs/promises';
import { maxPassphrases, minPassphraseCharacters, normalizePassphrase, type TeamKeySource } from '../../crypto/team-key.ts';
import { teamKeyExposed, type ProfileProblem } from './profile-problems.ts';
import { readTextFile } from '../atomic-file.ts';

export type TeamPassphrases =
  | {
      readonly ok: true;
      /** The first is sent with, all are accepted. */
      readonly passphrases: readonly [string, ...string[]];
      readonly problem?: ProfileProblem;
    }
  | { readonly ok: false; readonly code: 'team-key-unusable'; readonly message: string };

/** Nobody types more; a longer line is some other file. */
const maxPassphraseCharacters = 1_000;
/** Group and others, of a file's mode. */
const othersMayRead = 0o044;

export async function readTeamPassphrases(source: TeamKeySource): Promise<TeamPassphrases> {
  if ('text' in source) return decodePassphrases(source.text, 'HALLWAY_TEAM_KEY');
  const where = `The team key file ${source.file}`;
  const file = await readTextFile(source.file);
  switch (file.state) {
    case 'absent':
      return unusable(`${where} is not there.`);
    case 'bad':
    case 'failed':
      return unusable(`${where} could not be read: ${file.reason}.`);
    case 'read': {
      const decoded = decodePassphrases(file.text, where);
      if (!decoded.ok || !(await isExposed(source.file))) return decoded;
      return { ...decoded, problem: teamKeyExposed(source.file) };
    }
  }
}

function decodePassphrases(text: string, where: string): TeamPassphrases {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .map(normalizePassphrase)
    .filter((line) => line !== '');
  const [first, ...others] = new Set(lines);
  if (first === undefined) return unusable(`${where} is empty. Write the passphrase on its first line.`);
  // A private key, a note, a script: better refused than taken for a passphrase that nobody else has.
  if (others.length >= maxPassphrases)
    return unusable(`${where} has more than ${maxPassphrases} lines: one passphrase, and one more that is also accepted.`);
  for (const [index, passphrase] of [first, ...others].entries()) {
    const characters = Array.from(passphrase).length;
    const which = `${where}, ${index === 0 ? 'first' : 'second'} line`;
    if (characters < minPassphraseCharacters) {
      return unusable(`${which}: a passphrase needs at least ${minPassphraseCharacters} characters. Several words are best.`);
    }
    if (characters > maxPassphraseCharacters)
      return unusable(`${which}: more than ${maxPassphraseCharacters} characters are no passphrase.`);
  }
  return { ok: true, passphrases: [first, ...others] };
}

/** Windows keeps its permissions elsewhere, and what Node reports there says nothing. */
async function isExposed(path: string): Promise<boolean> {
  if (process.platform === 'win32') return false;
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && (found.mode & othersMayRead) !== 0;
}

function unusable(message: string): TeamPassphrases {
  return { ok: false, code: 'team-key-unusable', message };
}
