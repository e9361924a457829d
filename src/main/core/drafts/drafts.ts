/**
 * Drafts: the unsent texts of the user, one per conversation (rules DRAFT-1 to DRAFT-6). They are in
 * the store, so they outlive windows, pages and the process. How often a user interface saves is its
 * own affair.
 */
import type { Draft } from '../../../shared/contract/drafts.ts';
import { maxDraftStart } from '../../../shared/contract/drafts.ts';
import { maxMessageBytes } from '../../../shared/contract/messages.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { ConversationId } from '../../../shared/lib/ids.ts';
import type { Unsubscribe } from '../../../shared/rpc/link.ts';
import { refuse, type Refusal } from '../../../shared/text/messages/problem-values.ts';
import type { StoreWriter } from '../messaging/delivery/store-writer.ts';
import type { DraftStore } from './ports.ts';

export type SetDraftResult = { readonly ok: true; readonly draft: Draft } | Refusal<'too-long' | 'draft-not-kept'>;

export interface DraftsArea {
  /** @throws StoreError */
  get(conversation: ConversationId): Draft;
  /** The beginnings of all drafts. @throws StoreError */
  starts(): readonly Pick<Draft, 'conversation' | 'text'>[];
  /** Replaces the draft. Empty removes it. */
  set(conversation: ConversationId, text: string): Promise<SetDraftResult>;
  /**
   * Sends a draft, unless that version was sent before.
   *
   * @param version of the draft that the user saw when they sent it
   * @param send persists the message. Calls `alongside` in the same transaction where it can, so
   * that a crash leaves either the message or the draft
   */
  send<Sent extends { readonly ok: boolean }>(
    conversation: ConversationId,
    version: number,
    send: (alongside: () => void) => Promise<Sent>,
  ): Promise<Sent | Refusal<'draft-sent'>>;
  subscribe(listener: (draft: Draft) => void): Unsubscribe;
}

export interface DraftsDeps {
  readonly store: DraftStore;
  readonly persist: StoreWriter['persist'];
  readonly onListenerError: (error: unknown) => void;
}

const encoder = new TextEncoder();

export function createDrafts({ store, persist, onListenerError }: DraftsDeps): DraftsArea {
  const changes = createEmitter<Draft>(onListenerError);
  /** The versions that are being sent. */
  const sending = new Map<ConversationId, number>();

  function get(conversation: ConversationId): Draft {
    return store.get(conversation) ?? { conversation, text: '', version: 0, sentVersion: -1 };
  }

  /** Part of a transaction. */
  function markSent(conversation: ConversationId, version: number): void {
    const draft = get(conversation);
    // A text that another window wrote since then stays.
    const text = draft.version > version ? draft.text : '';
    store.put({ conversation, text, sentVersion: Math.max(draft.sentVersion, version) });
  }

  return {
    get,
    starts: () => store.starts(maxDraftStart),
    async set(conversation, given) {
      // A lone surrogate is no character: the store has none.
      const text = given.toWellFormed();
      if (encoder.encode(text).length > maxMessageBytes) return refuse('too-long', { limit: maxMessageBytes });
      let isChange = false;
      const draft = await persist(() => {
        const before = get(conversation);
        isChange = before.text !== text;
        return isChange ? store.put({ conversation, text, sentVersion: before.sentVersion }) : before;
      });
      if (draft === undefined) return refuse('draft-not-kept');
      if (isChange) changes.emit(draft);
      return { ok: true, draft };
    },
    async send(conversation, version, send) {
      const isSent = version <= Math.max(get(conversation).sentVersion, sending.get(conversation) ?? -1);
      if (isSent) return refuse('draft-sent');
      sending.set(conversation, version);
      let isMarked = false;
      try {
        const sent = await send(() => {
          markSent(conversation, version);
          isMarked = true;
        });
        if (!sent.ok) return sent;
        if (!isMarked) await persist(() => markSent(conversation, version));
        changes.emit(get(conversation));
        return sent;
      } finally {
        if (sending.get(conversation) === version) sending.delete(conversation);
      }
    },
    subscribe: (listener) => changes.subscribe(listener),
  };
}
