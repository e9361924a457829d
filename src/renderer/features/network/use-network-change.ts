/** Sends a network setting to the core, keeps the reason of a refusal, and polls the doctor. */
import { useState } from 'react';
import type { NetworkChange } from '../../../shared/contract/network.ts';
import { useHallwayContext } from '../../state/context.tsx';

interface NetworkChanger {
  /** The reason why the last change was refused. */
  readonly failure: string | undefined;
  change(change: NetworkChange): Promise<void>;
  forgetAddress(address: string): Promise<void>;
}

export function useNetworkChange(): NetworkChanger {
  const { client, diagnosticsPoller } = useHallwayContext();
  const [failure, setFailure] = useState<string>();

  function finish(result: { readonly ok: true } | { readonly ok: false; readonly message: string }): void {
    setFailure(result.ok ? undefined : result.message);
    diagnosticsPoller.refresh();
  }

  return {
    failure,
    change: async (change) => finish(await client.call('setNetwork', change)),
    forgetAddress: async (address) => finish(await client.call('forgetAddress', { address })),
  };
}
