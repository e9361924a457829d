/**
 * Asks what is known and thought of contacts, a few at a time: the name of somebody who is not here, a new key, whether they are blocked. A list
 * of five hundred must neither fill the link nor be asked for twice.
 */
import type { Contact } from '../../shared/contract/contacts.ts';
import type { PeerId } from '../../shared/lib/ids.ts';
import type { RpcClient } from '../../shared/rpc/rpc.ts';

/** Questions at once: the link carries 64, and whoever writes a message must not wait. */
const maxAtOnce = 4;

export interface ContactQueue {
  /** Asks about those of whom nothing is known yet. */
  want(peerIds: readonly PeerId[]): void;
  /** Asks about that contact now, also again. */
  refresh(peerId: PeerId): void;
  /** The link was lost: what was asked is not answered any more. */
  startOver(): void;
}

interface Deps {
  readonly client: Pick<RpcClient, 'call'>;
  readonly onContact: (contact: Contact) => void;
}

export function createContactQueue({ client, onContact }: Deps): ContactQueue {
  const asked = new Set<PeerId>();
  let waiting: PeerId[] = [];
  let open = 0;
  let opening = 0;

  function pump(): void {
    while (open < maxAtOnce) {
      const peerId = waiting.shift();
      if (peerId === undefined) return;
      open += 1;
      const askedIn = opening;
      void ask(peerId).then(() => {
        if (askedIn !== opening) return;
        open -= 1;
        pump();
      });
    }
  }

  async function ask(peerId: PeerId): Promise<void> {
    asked.add(peerId);
    const askedIn = opening;
    const result = await client.call('contact', { peerId });
    if (askedIn !== opening) return;
    if (result.ok) onContact(result.output);
    // Somebody whom the core never met stays unknown; anything else may be asked again.
    else if (result.code !== 'unknown-peer') asked.delete(peerId);
  }

  return {
    want(peerIds) {
      for (const peerId of peerIds) {
        if (asked.has(peerId)) continue;
        asked.add(peerId);
        waiting.push(peerId);
      }
      pump();
    },
    refresh: (peerId) => void ask(peerId),
    startOver() {
      opening += 1;
      open = 0;
      waiting = [];
      asked.clear();
    },
  };
}
