/**
 * Executes a decision about a contact. Shows it at once if the core accepts, and shows the reason
 * if it refuses.
 */
import { useState } from 'react';
import type { Contact } from '../../../shared/contract/contacts.ts';
import type { CallResult, RpcClient } from '../../../shared/rpc/rpc.ts';
import { useHallwayContext } from '../../state/context.tsx';

export interface Decision {
  readonly isPending: boolean;
  readonly problem: string | undefined;
  /** @returns whether it was done */
  decide(call: (client: RpcClient) => Promise<CallResult<Contact>>): Promise<boolean>;
}

export function useDecision(): Decision {
  const { client, store } = useHallwayContext();
  const [isPending, setPending] = useState(false);
  const [problem, setProblem] = useState<string>();

  async function decide(call: (client: RpcClient) => Promise<CallResult<Contact>>): Promise<boolean> {
    setPending(true);
    const result = await call(client);
    setPending(false);
    setProblem(result.ok ? undefined : result.message);
    if (result.ok) store.applyMessages({ type: 'contact-received', contact: result.output });
    return result.ok;
  }

  return { isPending, problem, decide };
}
