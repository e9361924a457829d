/**
 * `hallway settings`: shows settings, and changes them, in the profile or in the Hallway that is
 * open with it (rules SET-2, SET-5, CTRL-2).
 */
import * as z from 'zod';
import { settingStatesSchema, type SettingStates } from '../../../../shared/contract/settings.ts';
import type { SettingsAction } from '../arguments/read-settings.ts';
import { tableText } from '../output/columns.ts';
import { printableLine } from '../output/printable.ts';
import { complain, exitStatus, print, type ExitStatus } from '../output/terminal-io.ts';
import { readReply, type Answer, type CommandTarget } from './one-shot.ts';

export async function runSettings(target: CommandTarget, action: SettingsAction): Promise<ExitStatus> {
  const change = changeOf(action);
  if (change) {
    const done = readReply(await target.run(change), z.object({}));
    if (!done.ok) return complain(exitStatus.failed, done.message);
  }
  const states = await askSettings(target);
  if (!states.ok) return complain(exitStatus.failed, states.message);
  switch (action.action) {
    case 'list':
      return print(action.json ? JSON.stringify(states.value) : settingsTableText(states.value));
    case 'get':
      return print(valueText(states.value[action.key].value));
    case 'set':
    case 'reset':
      return print(`${action.key}: ${valueText(states.value[action.key].value)}`);
  }
}

/** @returns undefined where nothing is to be changed */
function changeOf(action: SettingsAction) {
  switch (action.action) {
    case 'set':
      return { cmd: 'set', key: action.key, value: action.value ?? null } as const;
    case 'reset':
      return { cmd: 'reset', key: action.key } as const;
    case 'list':
    case 'get':
      return undefined;
  }
}

export async function askSettings(target: CommandTarget): Promise<Answer<SettingStates>> {
  return readReply(
    await target.run({ cmd: 'settings' }),
    z.object({ settings: settingStatesSchema }).transform(({ settings }) => settings),
  );
}

function settingsTableText(states: SettingStates): string {
  const rows = Object.entries(states).map(([key, state]) => [
    state.locked ? `${key} (locked)` : key,
    printableLine(valueText(state.value)),
    printableLine(valueText(state.default)),
  ]);
  return tableText([['KEY', 'VALUE', 'DEFAULT'], ...rows]);
}

/** Such that `hallway settings set` takes it. */
function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
