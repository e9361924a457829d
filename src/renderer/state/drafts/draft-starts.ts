/**
 * The beginnings of all drafts, for the rows of the list (rule LIST-21). Follows the core; what
 * this page types itself is in drafts.ts.
 */
import { maxDraftStart } from '../../../shared/contract/drafts.ts';
import type { ConversationId } from '../../../shared/lib/ids.ts';
import type { Link, Unsubscribe } from '../../../shared/rpc/link.ts';
import type { RpcClient } from '../../../shared/rpc/rpc.ts';

export interface DraftStarts {
  /** Empty if there is none. */
  of(conversation: ConversationId): string;
  close(): void;
}

interface Deps {
  readonly link: Link;
  readonly client: RpcClient;
  readonly onChange: () => void;
}

export function createDraftStarts({ link, client, onChange }: Deps): DraftStarts {
  const starts = new Map<ConversationId, string>();
  // Ignores the answer of an earlier connection.
  let opening = 0;

  async function load(): Promise<void> {
    opening += 1;
    const askedIn = opening;
    const answer = await client.call('drafts', {});
    if (askedIn !== opening || !answer.ok) return;
    starts.clear();
    for (const { conversation, text } of answer.output.drafts) starts.set(conversation, text);
    onChange();
  }

  const undo: readonly Unsubscribe[] = [
    client.on('draft', ({ conversation, text }) => {
      if (text === '') starts.delete(conversation);
      else starts.set(conversation, text.slice(0, maxDraftStart));
      onChange();
    }),
    link.onOpen(() => void load()),
  ];

  return {
    of: (conversation) => starts.get(conversation) ?? '',
    close() {
      opening += 1;
      for (const stop of undo) stop();
    },
  };
}
