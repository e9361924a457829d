/**
 * Unsent texts, one per conversation. They are in the core, so windows and tabs share them, and they
 * outlive the page and the process. The page saves what its user types within `saveDelayMs`, and
 * what it could not save when the link is open again. Rules DRAFT-3 to DRAFT-6.
 */
import { maxMessageBytes } from '../../../shared/contract/messages.ts';
import { maxDraftStart } from '../../../shared/contract/drafts.ts';
import type { Draft } from '../../../shared/contract/drafts.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { ConversationId } from '../../../shared/lib/ids.ts';
import type { Link, Unsubscribe } from '../../../shared/rpc/link.ts';
import type { RpcClient } from '../../../shared/rpc/rpc.ts';
import { createDraftStarts } from './draft-starts.ts';
import { isOwnAnswer, joinTexts, takeSentText } from './draft-texts.ts';

/** The page saves a draft at most this often. */
export const saveDelayMs = 300;

/** Drafts that the page knows at a time. The one that was shown longest ago goes first. */
export const maxKnownDrafts = 200;

type Failure = Extract<Awaited<ReturnType<RpcClient['call']>>, { ok: false }>;
type Sent = { readonly ok: true } | Failure;

export interface Drafts {
  of(conversation: ConversationId): string;
  /** The beginning of the draft, also of a conversation that was never shown. */
  startOf(conversation: ConversationId): string;
  set(conversation: ConversationId, text: string): void;
  /** Learns the draft of a conversation that is shown. */
  open(conversation: ConversationId): void;
  /**
   * Sends a text in place of the draft. If it fails, the text is the draft again, before what was
   * typed meanwhile.
   *
   * @param send is given the version of the draft; absent where the core has no drafts
   */
  send<Result extends Sent>(
    conversation: ConversationId,
    text: string,
    send: (version: number | undefined) => Promise<Result>,
  ): Promise<Result>;
  /** Calls `listener` when a draft changed, here or elsewhere. */
  subscribe(listener: () => void): Unsubscribe;
  /** Saves now, as before the page closes. */
  flush(): void;
  /** Whether something typed is in this page alone. */
  hasUnsaved(): boolean;
  /** Stops following the core. */
  close(): void;
}

export interface DraftsDeps {
  readonly link: Link;
  readonly client: RpcClient;
  setTimer(callback: () => void, delayMs: number): Unsubscribe;
}

/** The page's knowledge of one draft. */
interface Entry {
  /** As the core said last. */
  known: Draft | undefined;
  /** The core may know better: it was not asked since the link opened. */
  isStale: boolean;
  /** The text of the user that the core does not have yet. */
  typed: string | undefined;
  /** The last text that went to the core: its answer is no news. */
  pushed: string | undefined;
  /** A text that was sent without an answer, and the version that was sent. */
  unsure: { readonly text: string; readonly version: number } | undefined;
  /** Calls about this draft go one after the other. */
  queue: Promise<unknown>;
  /** How many of them have not settled. */
  calls: number;
  cancelTimer: Unsubscribe | undefined;
}

const encoder = new TextEncoder();

export function createDrafts({ link, client, setTimer }: DraftsDeps): Drafts {
  const entries = new Map<ConversationId, Entry>();
  const changes = createEmitter<void>();
  let shown: ConversationId | undefined;
  const starts = createDraftStarts({ link, client, onChange: () => changes.emit() });

  function entryOf(conversation: ConversationId): Entry {
    const entry = entries.get(conversation) ?? createEntry();
    entries.delete(conversation);
    entries.set(conversation, entry);
    for (const [oldest, { typed }] of entries) {
      if (entries.size <= maxKnownDrafts) break;
      if (typed === undefined) entries.delete(oldest);
    }
    return entry;
  }

  function textOf({ typed, known }: Entry): string {
    return typed ?? known?.text ?? '';
  }

  function enqueue<Result>(entry: Entry, act: () => Promise<Result>): Promise<Result> {
    // At once if it can be: a page that closes has no time to wait.
    const done = entry.calls === 0 ? act() : entry.queue.then(act);
    const settle = (): void => void (entry.calls -= 1);
    entry.calls += 1;
    entry.queue = done.then(settle, settle);
    return done;
  }

  /** Takes what the core says over what the page knew. */
  function absorb(entry: Entry, draft: Draft): void {
    const before = entry.known;
    // Versions rise, unless the core lost its store meanwhile.
    if (!entry.isStale && before !== undefined && draft.version < before.version) return;
    entry.isStale = false;
    entry.known = draft;
    settleUnsure(entry, draft);
    const isNews = draft.version !== before?.version && draft.text !== (before?.text ?? '') && !isOwnAnswer(entry, draft);
    // Written elsewhere while something else was typed here: neither may be lost.
    if (entry.typed && isNews) entry.typed = joinTexts(draft.text, entry.typed);
    if (entry.typed === draft.text) entry.typed = undefined;
    changes.emit();
  }

  function settleUnsure(entry: Entry, { sentVersion }: Draft): void {
    const { unsure, typed } = entry;
    entry.unsure = undefined;
    if (unsure !== undefined && typed !== undefined && sentVersion >= unsure.version)
      entry.typed = takeSentText(typed, unsure.text);
  }

  async function load(conversation: ConversationId, entry: Entry): Promise<void> {
    const answer = await client.call('draft', { conversation });
    if (answer.ok) absorb(entry, answer.output);
  }

  async function push(conversation: ConversationId, entry: Entry): Promise<void> {
    if (entry.typed === undefined) return;
    if (entry.isStale) await load(conversation, entry);
    const text = entry.typed;
    // Without an answer, what is in the core is not overwritten.
    if (entry.isStale || text === undefined || encoder.encode(text).length > maxMessageBytes) return;
    entry.pushed = text;
    const answer = await client.call('setDraft', { conversation, text });
    if (!answer.ok) return;
    if (entry.typed === text) entry.typed = undefined;
    absorb(entry, answer.output);
  }

  function save(conversation: ConversationId, entry: Entry): void {
    entry.cancelTimer?.();
    entry.cancelTimer = undefined;
    void enqueue(entry, () => push(conversation, entry));
  }

  function type(conversation: ConversationId, entry: Entry, text: string): void {
    entry.typed = text;
    entry.cancelTimer ??= setTimer(() => save(conversation, entry), saveDelayMs);
    changes.emit();
  }

  function open(conversation: ConversationId): void {
    shown = conversation;
    const entry = entryOf(conversation);
    if (entry.isStale) void enqueue(entry, () => load(conversation, entry));
  }

  async function send<Result extends Sent>(
    conversation: ConversationId,
    text: string,
    sendAs: (version: number | undefined) => Promise<Result>,
  ): Promise<Result> {
    const entry = entryOf(conversation);
    const isShared = entry.typed === undefined;
    entry.cancelTimer?.();
    entry.cancelTimer = undefined;
    entry.typed = '';
    changes.emit();
    return enqueue(entry, async () => {
      if (entry.isStale) await load(conversation, entry);
      const version = entry.known?.version;
      const result = await sendAs(version);
      if (!result.ok) putBack(conversation, entry, { text, version, isShared, code: result.code });
      else if (entry.typed === '') entry.typed = undefined;
      // The core says what became of the draft, if it has not yet.
      if (result.ok ? entry.known?.version === version : entry.isStale) await load(conversation, entry);
      changes.emit();
      return result;
    });
  }

  function putBack(
    conversation: ConversationId,
    entry: Entry,
    failed: { readonly text: string; readonly version: number | undefined; readonly isShared: boolean; readonly code: string },
  ): void {
    const { text, version, isShared, code } = failed;
    const since = entry.typed ?? '';
    // The core knows what became of it.
    entry.isStale = true;
    if (code === 'draft-sent' && isShared) {
      // The text that both pages showed is sent. Text typed here alone is not.
      entry.typed = since === '' ? undefined : since;
      return;
    }
    if (code !== 'draft-sent' && version !== undefined) entry.unsure = { text, version };
    type(conversation, entry, joinTexts(text, since));
  }

  const undo = [
    client.on('draft', (draft) => {
      const entry = entries.get(draft.conversation);
      if (entry && !entry.isStale) absorb(entry, draft);
    }),
    link.onOpen(() => {
      for (const [conversation, entry] of entries) {
        entry.isStale = true;
        if (entry.typed !== undefined) save(conversation, entry);
      }
      if (shown !== undefined) open(shown);
    }),
  ];

  return {
    of: (conversation) => textOf(entries.get(conversation) ?? createEntry()),
    startOf: (conversation) => entries.get(conversation)?.typed?.slice(0, maxDraftStart) ?? starts.of(conversation),
    set: (conversation, text) => type(conversation, entryOf(conversation), text),
    open,
    send,
    subscribe: (listener) => changes.subscribe(listener),
    flush() {
      for (const [conversation, entry] of entries) if (entry.cancelTimer) save(conversation, entry);
    },
    hasUnsaved: () => [...entries.values()].some(({ typed }) => typed),
    close() {
      starts.close();
      for (const stop of undo.splice(0)) stop();
      for (const { cancelTimer } of entries.values()) cancelTimer?.();
    },
  };
}

/** Earlier versions kept drafts in the browser's storage. */
export function forgetOldDrafts(storage: Pick<Storage, 'removeItem'> | undefined): void {
  for (const key of Object.keys(storage ?? {})) if (key.startsWith('hallway.drafts.')) storage?.removeItem(key);
}

function createEntry(): Entry {
  return {
    known: undefined,
    isStale: true,
    typed: undefined,
    pushed: undefined,
    unsure: undefined,
    queue: Promise.resolve(),
    calls: 0,
    cancelTimer: undefined,
  };
}
