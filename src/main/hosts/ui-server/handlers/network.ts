/** Serves the calls about how this node uses the network. */
import type { networkCalls } from '../../../../shared/contract/network.ts';
import type { HandlersOf } from '../../../../shared/rpc/rpc.ts';
import type { Hallway } from '../../../core/hallway.ts';
import { refused } from './failures.ts';

export function networkHandlers({ network }: Pick<Hallway, 'network'>): HandlersOf<typeof networkCalls> {
  return {
    network: () => ({ ok: true, output: network.settings() }),
    setNetwork: (change) => ({ ok: true, output: network.change(change) }),
    async connect({ address }) {
      const result = await network.connect(address);
      return result.ok ? { ok: true, output: { peerId: result.peerId } } : refused(result);
    },
    forgetAddress: ({ address }) => ({ ok: true, output: network.forget(address) }),
  };
}
