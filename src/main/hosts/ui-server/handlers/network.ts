/** Serves the calls about how this node uses the network. */
import type { networkCalls } from '../../../../shared/contract/network.ts';
import type { HandlersOf } from '../../../../shared/rpc/rpc.ts';
import type { Hallway } from '../../../core/hallway.ts';
import { refused } from './failures.ts';

export function networkHandlers(
  hallway: Pick<Hallway, 'network' | 'changeNetwork' | 'connect' | 'forgetAddress'>,
): HandlersOf<typeof networkCalls> {
  return {
    network: () => ({ ok: true, output: hallway.network() }),
    setNetwork: (change) => ({ ok: true, output: hallway.changeNetwork(change) }),
    async connect({ address }) {
      const result = await hallway.connect(address);
      return result.ok ? { ok: true, output: { peerId: result.peerId } } : refused(result);
    },
    forgetAddress: ({ address }) => ({ ok: true, output: hallway.forgetAddress(address) }),
  };
}
