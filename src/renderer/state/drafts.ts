/**
 * Unsent texts, one per conversation. They survive switching and reloading, in the browser's
 * storage. The storage is bounded and separate for each profile, because profiles may share one
 * origin. With a full or disabled storage, drafts last as long as the page. Several tabs share the
 * drafts: each writes only what its user changed, and follows what the others wrote.
 */
import { createEmitter } from '../../shared/lib/emitter.ts';
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
  /** Calls `listener` when a draft changed, here or in another tab. */
  subscribe(listener: () => void): Unsubscribe;
  /** Writes pending changes now, as before the page closes, or when other tabs must know. */
  flush(): void;
}

export interface DraftsDeps {
  /** Absent where the browser refuses it. */
  readonly storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> | undefined;
  setTimer(callback: () => void, delayMs: number): Unsubscribe;
  /** Calls `listener` when another tab changed an item of the storage, or all of them: `null`. */
  watchStorage?(listener: (key: string | null) => void): void;
}

interface Profile {
  /** In order of use. */
  readonly drafts: Map<ConversationId, string>;
  /** Changed here, and not written yet. */
  readonly changed: Set<ConversationId>;
}

export function createDrafts({ storage, setTimer, watchStorage }: DraftsDeps): Drafts {
  const profiles = new Map<PeerId, Profile>();
  const changes = createEmitter<void>();
  let cancelTimer: Unsubscribe | undefined;

  function profileOf(ownId: PeerId): Profile {
    const known = profiles.get(ownId) ?? { drafts: read(ownId), changed: new Set() };
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

  /** Writes our changes over what is stored now, which another tab may have written. */
  function save(ownId: PeerId, { drafts, changed }: Profile): void {
    const merged = read(ownId);
    for (const conversation of changed) put(merged, conversation, drafts.get(conversation) ?? '');
    const short = [...merged].filter(([, text]) => text.length <= maxStoredLength);
    const entries = short.map(([conversation, text]) => [shortNameOf(conversation), text]);
    try {
      if (entries.length === 0) storage?.removeItem(keyPrefix + ownId);
      else storage?.setItem(keyPrefix + ownId, JSON.stringify(entries));
      changed.clear();
    } catch {
      // Full or disabled: the drafts last as long as the page.
    }
  }

  function flush(): void {
    cancelTimer?.();
    cancelTimer = undefined;
    for (const [ownId, profile] of profiles) if (profile.changed.size > 0) save(ownId, profile);
  }

  function adopt(ownId: PeerId, { drafts, changed }: Profile): void {
    const stored = read(ownId);
    for (const conversation of new Set([...drafts.keys(), ...stored.keys()])) {
      const isOurs = changed.has(conversation) || (drafts.get(conversation)?.length ?? 0) > maxStoredLength;
      if (!isOurs) put(drafts, conversation, stored.get(conversation) ?? '');
    }
  }

  watchStorage?.((key) => {
    for (const [ownId, profile] of profiles) if (key === null || key === keyPrefix + ownId) adopt(ownId, profile);
    changes.emit();
  });

  return {
    of: (ownId, conversation) => profileOf(ownId).drafts.get(conversation) ?? '',
    set(ownId, conversation, text) {
      const { drafts, changed } = profileOf(ownId);
      put(drafts, conversation, text);
      changed.add(conversation);
      cancelTimer?.();
      cancelTimer = setTimer(flush, saveDelayMs);
      changes.emit();
    },
    subscribe: (listener) => changes.subscribe(listener),
    flush,
  };
}

/** Deletes first, so that the map is in order of use. An empty text is no draft. */
function put(drafts: Map<ConversationId, string>, conversation: ConversationId, text: string): void {
  drafts.delete(conversation);
  if (text !== '') drafts.set(conversation, text);
  for (const oldest of drafts.keys()) {
    if (drafts.size <= maxDrafts) break;
    drafts.delete(oldest);
  }
}

function isEntry(entry: unknown): entry is [string, string] {
  return Array.isArray(entry) && entry.length === 2 && typeof entry[0] === 'string' && typeof entry[1] === 'string';
}
