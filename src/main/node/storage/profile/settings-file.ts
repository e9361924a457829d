/**
 * What a person chose and Hallway remembers: `settings.json`. Keys that this version does not know
 * are kept, so that going back to an older version loses nothing. Applying the settings is left to
 * others.
 */
import { join } from 'node:path';
import * as z from 'zod';
import { networkSettingsSchema } from '../../../../shared/contract/network.ts';
import { statusSchema } from '../../../../shared/contract/profile.ts';
import { moveAside, readTextFile, replaceFile } from '../atomic-file.ts';
import type { ProfileProblem } from './profile-problems.ts';
import { profileNotWritable, settingsIgnored, settingsReplaced } from './profile-problems.ts';

const settingsSchema = z.looseObject({
  name: z.string().optional(),
  status: statusSchema.optional(),
  note: z.string().optional(),
  ...networkSettingsSchema.partial().shape,
  /** Messages are deleted this many days after they were kept; absent means never. */
  keepDays: z.number().min(1).max(36_500).optional(),
  /** Whether authors are told that their messages were read; absent means yes. */
  readReceipts: z.boolean().optional(),
  /** The unicast port of the last run, so that an address that somebody gave others stays right. */
  unicastPort: z.int().min(1_024).max(65_535).optional(),
});
export type Settings = Readonly<z.infer<typeof settingsSchema>>;

export interface SettingsFile {
  /** As they are now, with everything that was saved or would have been. */
  current(): Settings;
  /** What was wrong when the file was opened. */
  readonly problem?: ProfileProblem;
  /** Saves in the order of the calls. @returns what went wrong, if anything */
  save(change: Settings): Promise<ProfileProblem | undefined>;
  /** Settles when nothing is being saved any more. */
  saved(): Promise<void>;
}

export async function openSettings(directory: string, wallMs: number): Promise<SettingsFile> {
  const path = join(directory, 'settings.json');
  const loaded = await loadSettings(path, wallMs);
  let settings = loaded.settings;
  let saving: Promise<ProfileProblem | undefined> = Promise.resolve(undefined);

  async function write(): Promise<ProfileProblem | undefined> {
    if (!loaded.mayReplace) return profileNotWritable(directory);
    const { ok } = await replaceFile(path, `${JSON.stringify(settings, null, 2)}\n`);
    return ok ? undefined : profileNotWritable(directory);
  }

  return {
    current: () => settings,
    ...(loaded.problem && { problem: loaded.problem }),
    save(change) {
      settings = { ...settings, ...change };
      saving = saving.then(write);
      return saving;
    },
    async saved() {
      await saving;
    },
  };
}

interface LoadedSettings {
  readonly settings: Settings;
  readonly problem?: ProfileProblem;
  /** False while the file holds something that we could neither read nor move aside. */
  readonly mayReplace: boolean;
}

async function loadSettings(path: string, wallMs: number): Promise<LoadedSettings> {
  const file = await readTextFile(path);
  if (file.state === 'absent') return { settings: {}, mayReplace: true };
  if (file.state === 'failed') return { settings: {}, problem: settingsIgnored(path, file.reason), mayReplace: false };
  const settings = file.state === 'read' ? decodeSettings(file.text) : undefined;
  if (settings !== undefined) return { settings, mayReplace: true };
  const aside = await moveAside(path, wallMs);
  if (aside === undefined) return { settings: {}, problem: settingsIgnored(path, 'notSettings'), mayReplace: false };
  return { settings: {}, problem: settingsReplaced(aside), mayReplace: true };
}

function decodeSettings(text: string): Settings | undefined {
  try {
    return settingsSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
