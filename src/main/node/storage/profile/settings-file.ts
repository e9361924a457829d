/**
 * The user's settings: `settings.json` (rules SET-3, SET-4, PROF-3). A save keeps the rest of the
 * file: keys that this version does not know, and invalid values until the user changes them.
 * Applying the settings is left to others.
 */
import { join } from 'node:path';
import {
  decodeSetting,
  isSettingKey,
  settingKeys,
  settingsTable,
  type ChosenSettings,
  type SettingKey,
} from '../../../../shared/contract/settings.ts';
import { z } from '../../../../shared/lib/zod.ts';
import { moveAside, readTextFile, replaceFile } from '../atomic-file.ts';
import type { ProfileProblem } from './profile-problems.ts';
import { profileNotWritable, settingsIgnored, settingsInvalid, settingsReplaced } from './profile-problems.ts';

/** Beside the settings: what Hallway remembers by itself. Undefined: remembered no more. */
export interface SettingsChange extends ChosenSettings {
  /** The unicast port of the last run, so that an address that somebody gave others stays right. */
  readonly unicastPort?: number | undefined;
  /** The TCP port of the last run, so that a firewall rule for it stays right. */
  readonly tcpPort?: number | undefined;
}

export interface SettingsFile {
  /** The user's choices that are valid. */
  readonly chosen: ChosenSettings;
  readonly unicastPort: number | undefined;
  readonly tcpPort: number | undefined;
  /** Problems of the file when it was opened, and of values that are still in it. */
  problems(): readonly ProfileProblem[];
  /** Saves in the order of the calls. @returns what went wrong, if anything */
  save(change: SettingsChange): Promise<ProfileProblem | undefined>;
  /** Settles when nothing is being saved any more. */
  saved(): Promise<void>;
}

type Content = Readonly<Record<string, unknown>>;

const contentSchema = z.record(z.string(), z.unknown());
const portSchema = z.int().min(1_024).max(65_535);

export async function openSettings(directory: string, wallMs: number): Promise<SettingsFile> {
  const path = join(directory, 'settings.json');
  const loaded = await loadContent(path, wallMs);
  let { content } = loaded;
  let saving: Promise<ProfileProblem | undefined> = Promise.resolve(undefined);

  async function write(): Promise<ProfileProblem | undefined> {
    if (!loaded.mayReplace) return profileNotWritable(directory);
    const { ok } = await replaceFile(path, `${JSON.stringify(content, null, 2)}\n`);
    return ok ? undefined : profileNotWritable(directory);
  }

  return {
    chosen: chosenIn(content),
    unicastPort: portSchema.safeParse(content['unicastPort']).data,
    tcpPort: portSchema.safeParse(content['tcpPort']).data,
    problems() {
      const invalid = invalidIn(content);
      return [...(loaded.problem ? [loaded.problem] : []), ...(invalid.length > 0 ? [settingsInvalid(path, invalid)] : [])];
    },
    save(change) {
      content = merge(content, change);
      saving = saving.then(write);
      return saving;
    },
    async saved() {
      await saving;
    },
  };
}

interface LoadedContent {
  readonly content: Content;
  readonly problem?: ProfileProblem;
  /** False while the file holds something that we could neither read nor move aside. */
  readonly mayReplace: boolean;
}

async function loadContent(path: string, wallMs: number): Promise<LoadedContent> {
  const file = await readTextFile(path);
  if (file.state === 'absent') return { content: {}, mayReplace: true };
  if (file.state === 'failed') return { content: {}, problem: settingsIgnored(path, file.reason), mayReplace: false };
  const content = file.state === 'read' ? decodeContent(file.text) : undefined;
  if (content !== undefined) return { content, mayReplace: true };
  const aside = await moveAside(path, wallMs);
  if (aside === undefined) return { content: {}, problem: settingsIgnored(path, 'notSettings'), mayReplace: false };
  return { content: {}, problem: settingsReplaced(aside), mayReplace: true };
}

function decodeContent(text: string): Content | undefined {
  try {
    return contentSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function chosenIn(content: Content): ChosenSettings {
  return Object.fromEntries(
    settingKeys.flatMap((key) => {
      const decoded = Object.hasOwn(content, key) ? decodeSetting(key, content[key]) : undefined;
      return decoded?.ok ? [[key, decoded.value]] : [];
    }),
  );
}

function invalidIn(content: Content): readonly SettingKey[] {
  return Object.keys(content)
    .filter(isSettingKey)
    .filter((key) => !decodeSetting(key, content[key]).ok);
}

function merge(content: Content, change: SettingsChange): Content {
  const merged = { ...content, ...change };
  return Object.fromEntries(Object.entries(merged).filter(([key, value]) => !(key in change && isDefault(key, value))));
}

/** Null where it is the default is left out, so that a version that did not know it reads on. */
function isDefault(key: string, value: unknown): boolean {
  return value === undefined || (value === null && isSettingKey(key) && settingsTable[key].default === null);
}
