/**
 * Queries the core for a search text, shortly after the last key. A late answer never replaces a
 * newer one.
 */
import { useEffect, useState } from 'react';
import type { Message } from '../../../shared/contract/messages.ts';
import type { ConversationId } from '../../../shared/lib/ids.ts';
import { useHallwayContext } from '../../state/context.tsx';
import { setTimer } from '../../ui/timers.ts';

/** Delay after a key, so that a quick typist triggers one query. Longer feels slow. */
const restMs = 120;
/** More results than anyone reads; a better search helps more. */
export const maxResults = 50;

export interface FindResults {
  readonly messages: readonly Message[];
  /** The text that these results belong to; it differs while a new search runs. */
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
