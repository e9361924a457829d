import { expect, test } from 'vitest';
import type { Message } from '../../shared/contract/messages.ts';
import { conversationOf } from '../../shared/lib/ids.ts';
import { applyToMessageState, emptyMessageState } from './message-state.ts';
import { cursorAt } from '../../../test/fakes/cursors.ts';
import type { MessageState, MessageStateEvent } from './message-state.ts';

const withAna = conversationOf('ana');

function incoming(position: number, from = 'ana'): Message {
  const text = String(position);
  return {
    messageId: `m${position}`,
    conversation: conversationOf(from),
    from,
    fromName: 'Ana',
    text,
    sentAtMs: 0,
    receivedAtMs: 0,
    cursor: cursorAt(position),
  };
}

function own(position: number): Message {
  return { ...incoming(position), from: 'me', fromName: 'Me', state: 'queued' };
}

function after(events: readonly MessageStateEvent[], messages: MessageState = emptyMessageState): MessageState {
  return events.reduce((before, event) => applyToMessageState(before, event, 'me'), messages);
}

const persisted = (message: Message): MessageStateEvent => ({ type: 'message-persisted', message });
const attended = (isAttended: boolean): MessageStateEvent => ({ type: 'attention-changed', isAttended });
const latest = (messages: readonly Message[]): MessageStateEvent => ({
  type: 'latest-received',
  conversation: withAna,
  page: { messages, isEnd: true },
  knownThrough: messages.at(-1)?.cursor,
});
/** The conversation with Ana is open, with one message, which was read. */
const openAna = after([
  {
    type: 'conversations-received',
    muted: [],
    conversations: [{ conversation: withAna, last: incoming(1), unread: 0, mentions: 0, archived: false }],
    pinned: [],
  },
  { type: 'conversation-opened', conversation: withAna },
  latest([incoming(1)]),
]);

function unreadOf(messages: MessageState, peerId = 'ana'): number | undefined {
  return messages.conversations.get(conversationOf(peerId))?.unread;
}

test('an arriving message is unread, unless the user sees the end', () => {
  const elsewhere = after([persisted(incoming(2, 'bo')), persisted(incoming(3, 'bo'))], openAna);
  const away = after([persisted(incoming(2))], openAna);
  const attentive = after([attended(true), persisted(incoming(2))], openAna);
  expect([unreadOf(elsewhere, 'bo'), unreadOf(away), unreadOf(attentive)]).toEqual([2, 1, 0]);
});

test('our own messages are never unread', () => {
  expect(unreadOf(after([persisted(own(2))], openAna))).toBe(0);
});

test('seeing the end marks all as read, at once and in lists the core sends meanwhile', () => {
  const looked = after([persisted(incoming(2)), attended(true)], openAna);
  const listed = after(
    [
      {
        type: 'conversations-received',
        muted: [],
        conversations: [{ conversation: withAna, last: incoming(2), unread: 1, mentions: 0, archived: false }],
        pinned: [],
      },
    ],
    looked,
  );
  expect([unreadOf(looked), unreadOf(listed)]).toEqual([0, 0]);
});

test('opening a conversation marks where the new messages begin, and the mark stays while reading', () => {
  const opened = after([
    {
      type: 'conversations-received',
      muted: [],
      conversations: [{ conversation: withAna, last: incoming(5), unread: 2, mentions: 0, archived: false }],
      pinned: [],
    },
    { type: 'conversation-opened', conversation: withAna },
    latest([incoming(1), incoming(2), own(3), incoming(4), incoming(5)]),
  ]);
  expect([opened.open?.firstUnread, after([attended(true), persisted(incoming(6))], opened).open?.firstUnread]).toEqual([
    cursorAt(4),
    cursorAt(4),
  ]);
});

test('with more unread than loaded messages, the mark is at the first loaded one', () => {
  const opened = after([
    {
      type: 'conversations-received',
      muted: [],
      conversations: [{ conversation: withAna, last: incoming(900), unread: 400, mentions: 0, archived: false }],
      pinned: [],
    },
    { type: 'conversation-opened', conversation: withAna },
    latest([own(897), incoming(898), incoming(899), incoming(900)]),
  ]);
  expect(opened.open?.firstUnread).toBe(cursorAt(898));
});

test('the mark moves on after an absence, and goes after a reply', () => {
  const away = after(
    [attended(true), persisted(incoming(2)), attended(false), persisted(incoming(3)), persisted(incoming(4))],
    openAna,
  );
  expect([away.open?.firstUnread, after([persisted(own(5))], away).open?.firstUnread]).toEqual([cursorAt(3), undefined]);
});

test('a repeated message changes nothing', () => {
  const once = after([persisted(incoming(2))], openAna);
  const twice = after([persisted(incoming(2))], once);
  expect([unreadOf(twice), twice.open?.window?.messages.length, twice.open?.firstUnread]).toEqual([1, 2, cursorAt(2)]);
});

test("a delivery updates the message and the list's last message, only forward", () => {
  const delivery = (state: 'sent' | 'delivered' | 'read'): MessageStateEvent => ({
    type: 'delivery-changed',
    conversation: withAna,
    messageId: 'm2',
    state,
  });
  const read = after([persisted(own(2)), delivery('read'), delivery('delivered')], openAna);
  expect([
    read.conversations.get(withAna)?.last.state,
    read.open?.window?.messages.at(-1)?.state,
    applyToMessageState(read, delivery('sent'), 'me'),
  ]).toEqual(['read', 'read', read]);
});

test('drops pages of a conversation that is no longer open', () => {
  const other = after([{ type: 'conversation-opened', conversation: conversationOf('bo') }], openAna);
  expect(applyToMessageState(other, latest([incoming(9)]), 'me')).toBe(other);
});

test('a message shown in context stays when newer ones arrive', () => {
  const context = after(
    [
      { type: 'message-persisted', message: incoming(50) },
      {
        type: 'context-received',
        conversation: withAna,
        page: { messages: [incoming(10), incoming(11)], isEnd: false },
        target: cursorAt(10),
      },
      persisted(incoming(51)),
    ],
    openAna,
  );
  expect([
    context.open?.window?.messages.length,
    context.open?.window?.hasNewer,
    context.open?.target,
    unreadOf(context),
  ]).toEqual([2, true, cursorAt(10), 2]);
});

test('a loading failure is shown until the next page', () => {
  const failed = after([{ type: 'loading-failed', conversation: withAna, failure: 'The disk is gone.' }], openAna);
  expect([failed.open?.failure, after([latest([incoming(1)])], failed).open?.failure]).toEqual(['The disk is gone.', undefined]);
});
