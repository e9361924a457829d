/** Sends a change of our own profile to the core and mirrors its answer. */
import type { CallResult } from '../../../shared/rpc/rpc.ts';
import type { ProfileChange, Self } from '../../../shared/contract/profile.ts';
import { useHallwayContext } from '../../state/context.tsx';

export function useSetProfile(): (change: ProfileChange) => Promise<CallResult<Self>> {
  const { client, store } = useHallwayContext();
  return async (change) => {
    const result = await client.call('setProfile', change);
    if (result.ok) store.apply({ type: 'self-answered', self: result.output });
    return result;
  };
}
