/**
 * Keeps the list of conversations in step with the core. It sends one query at a time, and retries
 * a failed one.
 */
import type { Unsubscribe } from '../../shared/rpc/link.ts';
import type { CallOutput } from '../../shared/contract/index.ts';
import type { RpcClient } from '../../shared/rpc/rpc.ts';

/** Delay before retrying a refused or unanswered query. */
export const listRetryMs = 1_000;

export interface ConversationList {
  /** Any number of changes during a query cause one more query. */
  ask(): void;
  /** The link was lost, so the open query gets no answer. */
  startOver(): void;
}

interface Deps {
  readonly client: Pick<RpcClient, 'call'>;
  setTimer(callback: () => void, delayMs: number): Unsubscribe;
  readonly onConversations: (answer: CallOutput<'conversations'>) => void;
  /** This node cannot send messages. */
  readonly onUnavailable: () => void;
}

export function createConversationList({ client, setTimer, onConversations, onUnavailable }: Deps): ConversationList {
  let cancelRetry: Unsubscribe | undefined;
  // Ignores answers from an earlier connection.
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
    if (result.ok) onConversations(result.output);
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
