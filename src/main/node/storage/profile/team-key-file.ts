/**
 * Reads the team's passphrases from a file, or from the text of HALLWAY_TEAM_KEY. Never from the
 * command line, which every user of the computer can read. The first line that is not empty is the
 * passphrase to send with; a second one is also accepted (rule TEAM-3). A refusal never repeats the
 * text, and suggests a passphrase where there is none (rule TEAM-5). Stretching is left to
 * `crypto/team-key.ts`.
 */
import { stat } from 'node:fs/promises';
import { refuse, type Refusal } from '../../../../shared/text/messages/problem-values.ts';
import { maxPassphrases, minPassphraseCharacters, normalizePassphrase, type TeamKeySource } from '../../crypto/team-key.ts';
import { suggestPassphrase } from '../../crypto/passphrase.ts';
import { teamKeyExposed, type ProfileProblem } from './profile-problems.ts';
import { readTextFile } from '../atomic-file.ts';

type Place = { readonly source: 'file'; readonly path: string } | { readonly source: 'variable' };

export type TeamPassphrases =
  | {
      readonly ok: true;
      /** The first one seals, all open. */
      readonly passphrases: readonly [string, ...string[]];
      readonly problem?: ProfileProblem;
    }
  | Refusal<'team-key-unusable'>;

/** A longer line is not a passphrase, but another file. */
const maxPassphraseCharacters = 1_000;
/** Read permission of group and others in a file's mode. */
const othersMayRead = 0o044;

export async function readTeamPassphrases(source: TeamKeySource): Promise<TeamPassphrases> {
  if ('text' in source) return decodePassphrases(source.text, { source: 'variable' });
  const where: Place = { source: 'file', path: source.file };
  const file = await readTextFile(source.file);
  switch (file.state) {
    case 'absent':
      return refuse('team-key-unusable', { ...where, problem: 'absent', suggestion: suggestPassphrase() });
    case 'bad':
    case 'failed':
      return refuse('team-key-unusable', { ...where, problem: 'unreadable', reason: file.reason });
    case 'read': {
      const decoded = decodePassphrases(file.text, where);
      if (!decoded.ok || !(await isExposed(source.file))) return decoded;
      return { ...decoded, problem: teamKeyExposed(source.file) };
    }
  }
}

function decodePassphrases(text: string, where: Place): TeamPassphrases {
  const lines = text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\r|\n/)
    .map(normalizePassphrase)
    .filter((line) => line !== '');
  const [first, ...others] = new Set(lines);
  if (first === undefined) return refuse('team-key-unusable', { ...where, problem: 'empty', suggestion: suggestPassphrase() });
  // Refuses a private key, a note or a script, which no other node would have as its passphrase.
  if (others.length >= maxPassphrases)
    return refuse('team-key-unusable', { ...where, problem: 'manyLines', limit: maxPassphrases });
  for (const [index, passphrase] of [first, ...others].entries()) {
    const characters = Array.from(passphrase).length;
    const line = index === 0 ? 'first' : 'second';
    if (characters < minPassphraseCharacters) {
      const limit = minPassphraseCharacters;
      return refuse('team-key-unusable', { ...where, problem: 'tooShort', line, limit, suggestion: suggestPassphrase() });
    }
    if (characters > maxPassphraseCharacters)
      return refuse('team-key-unusable', { ...where, problem: 'tooLong', line, limit: maxPassphraseCharacters });
  }
  return { ok: true, passphrases: [first, ...others] };
}

/** On Windows, Node's file mode says nothing about permissions. */
async function isExposed(path: string): Promise<boolean> {
  if (process.platform === 'win32') return false;
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && (found.mode & othersMayRead) !== 0;
}
