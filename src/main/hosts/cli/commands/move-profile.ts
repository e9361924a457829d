/** `hallway profile export FILE` and `hallway profile import FILE`: moves a profile to another
 * computer (rules SET-50 to SET-53). */
import { Writable } from 'node:stream';
import { createInterface } from 'node:readline/promises';
import { describeRefusal } from '../../../../shared/text/messages/describe-refusal.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import { minPassphraseCharacters, normalizePassphrase } from '../../../node/crypto/team-key.ts';
import { exportProfile, importProfile } from '../../../node/storage/archive/profile-archive.ts';
import { ownProfileDirectory } from '../../../node/storage/profile/default-profile-directory.ts';
import { createSystemClock, createSystemRandom } from '../../../node/system/system-ports.ts';
import type { Command } from '../arguments/options.ts';
import { complain, exitStatus, print, readText, type ExitStatus } from '../output/terminal-io.ts';

type ProfileCommand = Extract<Command, { readonly command: 'profile' }>;

export async function moveProfile({ action, file, node }: ProfileCommand): Promise<ExitStatus> {
  const directory = node.profile ?? ownProfileDirectory();
  if (directory === undefined) return complain(exitStatus.failed, say('cli.profile.no-folder'));
  const passphrase = await readPassphrase(action);
  if (!passphrase.ok) return complain(exitStatus.misunderstood, passphrase.message);
  const deps = { clock: createSystemClock(), random: createSystemRandom() };
  const moved = await { export: exportProfile, import: importProfile }[action](directory, file, passphrase.text, deps);
  if (!moved.ok) return complain(exitStatus.failed, describeRefusal(moved));
  return print(action === 'export' ? say('cli.profile.exported', { file }) : say('cli.profile.imported', { directory }));
}

type Passphrase = Awaited<ReturnType<typeof readText>>;

/** From the terminal, without showing it; otherwise all of standard input. */
async function readPassphrase(action: ProfileCommand['action']): Promise<Passphrase> {
  const read = process.stdin.isTTY ? await askTwice(action) : await readText(process.stdin);
  if (!read.ok) return read;
  if (Array.from(normalizePassphrase(read.text)).length < minPassphraseCharacters)
    return { ok: false, message: say('cli.profile.short-passphrase', { limit: minPassphraseCharacters }) };
  return read;
}

async function askTwice(action: ProfileCommand['action']): Promise<Passphrase> {
  // Without an echo: the passphrase must not stay on the screen.
  const silent = new Writable({ write: (_text, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  const ask = async (question: string): Promise<string> => {
    process.stderr.write(`${question} `);
    const answer = await reader.question('');
    process.stderr.write('\n');
    return answer;
  };
  try {
    const text = await ask(say('cli.profile.passphrase'));
    // Another one would make the archive useless, which shows only on the other computer.
    if (action === 'export' && (await ask(say('cli.profile.passphrase-again'))) !== text)
      return { ok: false, message: say('cli.profile.passphrases-differ') };
    return { ok: true, text };
  } finally {
    reader.close();
  }
}
