/** The small pictures of transfers, as addresses for `img`, once each for the latest transfers. */
import type { RpcClient } from '../../../shared/rpc/rpc.ts';

/** Transfers whose pictures are kept: more than a window shows, at most 128 KiB each. */
const maxKept = 64;

export interface Previews {
  /** @returns in the order of `pictures` of the transfer; empty if there are none any more */
  of(transferId: string): Promise<readonly string[]>;
}

export function createPreviews(client: Pick<RpcClient, 'call'>): Previews {
  /** The one that was used longest ago first. */
  const kept = new Map<string, Promise<readonly string[]>>();

  async function ask(transferId: string): Promise<readonly string[]> {
    const answer = await client.call('transferPreviews', { transferId });
    // Asked again the next time.
    if (!answer.ok) kept.delete(transferId);
    return answer.ok ? answer.output.previews.map(toAddress) : [];
  }

  return {
    of(transferId) {
      const asked = kept.get(transferId) ?? ask(transferId);
      kept.delete(transferId);
      kept.set(transferId, asked);
      const [oldest] = kept.keys();
      if (kept.size > maxKept && oldest !== undefined) kept.delete(oldest);
      return asked;
    },
  };
}

/** A WebP begins with `RIFF`. */
function toAddress(data: string): string {
  return `data:image/${data.startsWith('UklGR') ? 'webp' : 'jpeg'};base64,${data}`;
}
