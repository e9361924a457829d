/**
 * Unsent texts, one per conversation. They survive switching and reloading, in the browser's
 * storage. The storage is bounded and separate for each profile, because profiles may share one
 * origin. With a full or disabled storage, drafts last as long as the page.
 */
import type { Unsubscribe } from '../../shared/rpc/link.ts';
import { conversationOfShortName, shortNameOf, type ConversationId, type PeerId } from '../../shared/lib/ids.ts';

/** Stored drafts at most; the least recently used one goes first. */
export const maxDrafts = 50;
/**
 * Longest stored draft in UTF-16 code units, longer than any message. A longer one lasts as long as
 * the page.
 */
export const maxStoredLength = 20_000;
/** Delay after typing before writing, because storage is written as a whole. */
export const saveDelayMs = 400;

const keyPrefix = 'hallway.drafts.';

export interface Drafts {
  of(ownId: PeerId, conversation: ConversationId): string;
  set(ownId: PeerId, conversation: ConversationId, text: string): void;
  /** Writes pending changes now, as before the page closes. */
  flush(): void;
}

export interface DraftsDeps {
  /** Absent where the browser refuses it. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined;
  setTimer(callback: () => void, delayMs: number): Unsubscribe;
}

export function createDrafts({ storage, setTimer }: DraftsDeps): Drafts {
  const profiles = new Map<PeerId, Map<ConversationId, string>>();
  const unsaved = new Set<PeerId>();
  let cancelTimer: Unsubscribe | undefined;

  function draftsOf(ownId: PeerId): Map<ConversationId, string> {
    const known = profiles.get(ownId) ?? read(ownId);
    profiles.set(ownId, known);
    return known;
  }

  function read(ownId: PeerId): Map<ConversationId, string> {
    try {
      const entries: unknown = JSON.parse(storage?.getItem(keyPrefix + ownId) ?? '[]');
      const known = Array.isArray(entries) ? entries.filter(isEntry).slice(-maxDrafts) : [];
      return new Map(known.map(([shortName, text]) => [conversationOfShortName(shortName), text]));
    } catch {
      return new Map();
    }
  }

  function save(ownId: PeerId): void {
    const short = [...draftsOf(ownId)].filter(([, text]) => text.length <= maxStoredLength);
    const entries = short.map(([conversation, text]) => [shortNameOf(conversation), text]);
    try {
      if (entries.length === 0) storage?.removeItem(keyPrefix + ownId);
      else storage?.setItem(keyPrefix + ownId, JSON.stringify(entries));
    } catch {
      // Full or disabled: the drafts last as long as the page.
    }
  }

  function flush(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    for (const ownId of unsaved) save(ownId);
    unsaved.clear();
  }

  return {
    of: (ownId, conversation) => draftsOf(ownId).get(conversation) ?? '',
    set(ownId, conversation, text) {
      const drafts = draftsOf(ownId);
      // Deleted first, so that the map is in order of use.
      drafts.delete(conversation);
      if (text !== '') drafts.set(conversation, text);
      for (const [oldest] of drafts) {
        if (drafts.size <= maxDrafts) break;
        drafts.delete(oldest);
      }
      unsaved.add(ownId);
      cancelTimer?.();
      cancelTimer = setTimer(flush, saveDelayMs);
    },
    flush,
  };
}

function isEntry(entry: unknown): entry is [string, string] {
  return Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string' && typeof entry[1] === 'string';
}
