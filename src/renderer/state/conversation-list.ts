/** Keeps the list of conversations as the core has it: asks when told to, one question at a time, and again where it was not answered. */
import type { Unsubscribe } from '../../shared/rpc/link.ts';
import type { Conversation } from '../../shared/contract/messages.ts';
import type { RpcClient } from '../../shared/rpc/rpc.ts';

/** Pause before asking again for what was refused or not answered. */
export const listRetryMs = 1_000;

export interface ConversationList {
  /** What happens while a question is open makes it one more, however much happens. */
  ask(): void;
  /** The link was lost: what was asked is not answered any more. */
  startOver(): void;
}

interface Deps {
  readonly client: Pick<RpcClient, 'call'>;
  setTimer(callback: () => void, delayMs: number): Unsubscribe;
  readonly onConversations: (conversations: readonly Conversation[]) => void;
  /** This node cannot send messages. */
  readonly onUnavailable: () => void;
}

export function createConversationList({ client, setTimer, onConversations, onUnavailable }: Deps): ConversationList {
  let cancelRetry: Unsubscribe | undefined;
  // Answers of an earlier opening of the link are ignored.
  let opening = 0;
  let isAsking = false;
  let asksAgain = false;

  async function ask(): Promise<void> {
    if (isAsking) {
      asksAgain = true;
      return;
    }
    isAsking = true;
    asksAgain = false;
    const askedIn = opening;
    const result = await client.call('conversations', {});
    if (askedIn !== opening) return;
    isAsking = false;
    if (result.ok) onConversations(result.output.conversations);
    else if (result.code === 'not-available') onUnavailable();
    else {
      cancelRetry?.();
      cancelRetry = setTimer(() => void ask(), listRetryMs);
    }
    if (asksAgain) void ask();
  }

  return {
    ask: () => void ask(),
    startOver() {
      opening += 1;
      isAsking = false;
      asksAgain = false;
      cancelRetry?.();
      cancelRetry = undefined;
    },
  };
}
