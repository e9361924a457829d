/**
 * The simplest possible store: one list, scanned from end to end. The real stores must give the
 * same results (model.test.ts).
 */
import type { DeliveryState, StoredMessage } from '../../../src/main/core/messaging/ports.ts';
import type { IncomingDraft, OutgoingDraft } from './sample-messages.ts';

type ModelMessage = Omit<StoredMessage, 'position' | 'cursor'>;

const order: readonly DeliveryState[] = ['queued', 'sent', 'delivered', 'read'];

export class StoreModel {
  private messages: ModelMessage[] = [];
  private unread = new Set<ModelMessage>();
  private everAdded = new Set<string>();
  private sequences = new Map<string, number>();

  addOutgoing(draft: OutgoingDraft, receivedAtMs: number, state: 'queued' | 'sent'): boolean {
    const lane = `${draft.conversation} ${draft.from}`;
    const sequence = (this.sequences.get(lane) ?? 0) + 1;
    if (!this.add({ ...draft, sequence, receivedAtMs, state })) return false;
    this.sequences.set(lane, sequence);
    return true;
  }

  addIncoming(draft: IncomingDraft): boolean {
    const message = this.add(draft);
    if (message) this.unread.add(message);
    return message !== undefined;
  }

  setState(messageId: string, state: DeliveryState): boolean {
    const index = this.messages.findIndex((message) => message.messageId === messageId && message.state !== undefined);
    const before = this.messages[index];
    if (before?.state === undefined) return false;
    const isEnd = state === 'failed' || state === 'cancelled';
    const isForward = isEnd
      ? isWaiting(before)
      : order.includes(before.state) && order.indexOf(before.state) < order.indexOf(state);
    if (isForward) this.messages[index] = { ...before, state };
    return isForward;
  }

  /** Marks the conversation's first `count` present messages as read. */
  markRead(conversation: string, count: number): readonly ModelMessage[] {
    const read = this.in(conversation)
      .slice(0, count)
      .filter((message) => this.unread.has(message));
    for (const message of read) this.unread.delete(message);
    return read;
  }

  remove(isDoomed: (message: ModelMessage) => boolean): number {
    const before = this.messages.length;
    this.messages = this.messages.filter((message) => !isDoomed(message) || isWaiting(message));
    return before - this.messages.length;
  }

  /** Read messages before the first one persisted at that time or later. */
  expire(beforeMs: number): number {
    const end = this.messages.findIndex(({ receivedAtMs }) => receivedAtMs >= beforeMs);
    const old = new Set(this.messages.slice(0, end === -1 ? undefined : end));
    return this.remove((message) => old.has(message) && !this.unread.has(message));
  }

  in(conversation: string): readonly ModelMessage[] {
    return this.messages.filter((message) => message.conversation === conversation);
  }

  all(): readonly ModelMessage[] {
    return this.messages;
  }

  undelivered(conversation: string): readonly ModelMessage[] {
    return this.in(conversation).filter(isWaiting);
  }

  unreadIn(conversation: string): number {
    return this.in(conversation).filter((message) => this.unread.has(message)).length;
  }

  /** Splits plain ASCII words only. */
  search(query: string): readonly ModelMessage[] {
    const words = query.toLowerCase().split(/\W+/).filter(Boolean);
    return this.messages
      .filter(({ text }) => {
        const found = text.toLowerCase().split(/\W+/);
        return (
          words.length > 0 &&
          words.every((word, index) =>
            found.some((other) => (index < words.length - 1 ? other === word : other.startsWith(word))),
          )
        );
      })
      .toReversed();
  }

  copy(): StoreModel {
    const copy = new StoreModel();
    copy.messages = [...this.messages];
    copy.unread = new Set(this.unread);
    copy.everAdded = new Set(this.everAdded);
    copy.sequences = new Map(this.sequences);
    return copy;
  }

  private add(message: ModelMessage): ModelMessage | undefined {
    const identity = `${message.from} ${message.messageId}`;
    if (this.everAdded.has(identity)) return undefined;
    this.everAdded.add(identity);
    this.messages.push(message);
    return message;
  }
}

function isWaiting({ state }: ModelMessage): boolean {
  return state === 'queued' || state === 'sent';
}
