/** Serves the calls about settings. */
import type { settingsCalls, SettingStates } from '../../../../shared/contract/settings.ts';
import type { CallResult, HandlersOf } from '../../../../shared/rpc/rpc.ts';
import type { Hallway } from '../../../core/hallway.ts';
import { refused } from './failures.ts';

export function settingsHandlers({ settings }: Pick<Hallway, 'settings'>): HandlersOf<typeof settingsCalls> {
  const answer = (): CallResult<SettingStates> => ({ ok: true, output: settings.list() });
  return {
    settings: answer,
    async setSetting({ key, value }) {
      const result = await settings.set(key, value);
      return result.ok ? answer() : refused(result);
    },
    async resetSetting({ key }) {
      const result = await settings.reset(key);
      return result.ok ? answer() : refused(result);
    },
  };
}
