/** What the core finds for a text, asked a moment after the last key; an older answer never replaces a newer one. */
import { useEffect, useState } from 'react';
import type { Message } from '../../../shared/contract/messages.ts';
import type { ConversationId } from '../../../shared/lib/ids.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { setTimer } from '../../ui/timers.ts';

/** Between two keys of somebody who types; longer feels late. */
const restMs = 120;
/** More than anybody reads through: better to search for more. */
export const maxResults = 50;

export interface FindResults {
  readonly messages: readonly Message[];
  /** What these are the results of; another text is being searched for while it differs. */
  readonly text: string;
  readonly failure: string | undefined;
}

const nothing: FindResults = { messages: [], text: '', failure: undefined };

/** @param conversation absent means all */
export function useFindResults(text: string, conversation: ConversationId | undefined): FindResults {
  const { client } = useHallwayContext();
  const [results, setResults] = useState(nothing);
  const sought = text.trim();
  useEffect(() => {
    let isWanted = true;
    async function search(): Promise<void> {
      const input = { text: sought, limit: maxResults, ...(conversation !== undefined && { conversation }) };
      const result = await client.call('search', input);
      if (!isWanted) return;
      setResults(
        result.ok
          ? { messages: result.output.messages, text: sought, failure: undefined }
          : { messages: [], text: sought, failure: result.message },
      );
    }
    const cancel = sought === '' ? undefined : setTimer(() => void search(), restMs);
    return () => {
      isWanted = false;
      cancel?.();
    };
  }, [client, sought, conversation]);
  return sought === '' ? nothing : results;
}
