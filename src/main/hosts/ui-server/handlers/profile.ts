/** Serves the call that changes our own profile. */
import type { profileCalls } from '../../../../shared/contract/profile.ts';
import type { HandlersOf } from '../../../../shared/rpc/rpc.ts';
import type { Hallway } from '../../../core/hallway.ts';
import { refused } from './failures.ts';

export function profileHandlers({ profile }: Pick<Hallway, 'profile'>): HandlersOf<typeof profileCalls> {
  return {
    setProfile(change) {
      const result = profile.change(change);
      return result.ok ? { ok: true, output: result.self } : refused(result);
    },
  };
}
