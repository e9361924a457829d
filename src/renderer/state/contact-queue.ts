/**
 * Queries details of contacts, a few at a time: the name of an absent one, a new key, whether it is
 * blocked. A list of five hundred neither floods the link nor is queried twice.
 */
import type { Contact } from '../../shared/contract/contacts.ts';
import type { PeerId } from '../../shared/lib/ids.ts';
import type { RpcClient } from '../../shared/rpc/rpc.ts';

/** Open queries at most: the link carries 64 calls, and sending a message must not wait. */
const maxAtOnce = 4;

export interface ContactQueue {
  /** Queries the contacts that nothing is known about yet. */
  want(peerIds: readonly PeerId[]): void;
  /** Queries that contact now, even if it is known. */
  refresh(peerId: PeerId): void;
  /** The link was lost, so open queries get no answer. */
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
    // A contact that the core never met stays unknown; after another failure it may be queried
    // again.
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
