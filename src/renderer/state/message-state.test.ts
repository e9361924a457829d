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
/** The conversation with Ana is open, and one message was said in it, which was read. */
const openAna = after([
  { type: 'conversations-received', conversations: [{ conversation: withAna, last: incoming(1), unread: 0 }] },
  { type: 'conversation-opened', conversation: withAna },
  latest([incoming(1)]),
]);

function unreadOf(messages: MessageState, peerId = 'ana'): number | undefined {
  return messages.conversations.get(conversationOf(peerId))?.unread;
}

test('what arrives is unread, but where the end is being looked at', () => {
  const elsewhere = after([persisted(incoming(2, 'bo')), persisted(incoming(3, 'bo'))], openAna);
  const away = after([persisted(incoming(2))], openAna);
  const attentive = after([attended(true), persisted(incoming(2))], openAna);
  expect([unreadOf(elsewhere, 'bo'), unreadOf(away), unreadOf(attentive)]).toEqual([2, 1, 0]);
});

test('what we write ourselves is never unread', () => {
  expect(unreadOf(after([persisted(own(2))], openAna))).toBe(0);
});

test('looking at the end makes all of it read, at once and for the list that the core sends meanwhile', () => {
  const looked = after([persisted(incoming(2)), attended(true)], openAna);
  const listed = after(
    [{ type: 'conversations-received', conversations: [{ conversation: withAna, last: incoming(2), unread: 1 }] }],
    looked,
  );
  expect([unreadOf(looked), unreadOf(listed)]).toEqual([0, 0]);
});

test('where what is new begins is marked when a conversation is opened, and stays while one reads', () => {
  const opened = after([
    { type: 'conversations-received', conversations: [{ conversation: withAna, last: incoming(5), unread: 2 }] },
    { type: 'conversation-opened', conversation: withAna },
    latest([incoming(1), incoming(2), own(3), incoming(4), incoming(5)]),
  ]);
  expect([opened.open?.firstUnread, after([attended(true), persisted(incoming(6))], opened).open?.firstUnread]).toEqual([
    cursorAt(4),
    cursorAt(4),
  ]);
});

test('where more is unread than is loaded, what is new begins with the first that is', () => {
  const opened = after([
    { type: 'conversations-received', conversations: [{ conversation: withAna, last: incoming(900), unread: 400 }] },
    { type: 'conversation-opened', conversation: withAna },
    latest([own(897), incoming(898), incoming(899), incoming(900)]),
  ]);
  expect(opened.open?.firstUnread).toBe(cursorAt(898));
});

test('where what is new begins moves on when one was away, and goes when one answers', () => {
  const away = after(
    [attended(true), persisted(incoming(2)), attended(false), persisted(incoming(3)), persisted(incoming(4))],
    openAna,
  );
  expect([away.open?.firstUnread, after([persisted(own(5))], away).open?.firstUnread]).toEqual([cursorAt(3), undefined]);
});

test('a message that is told again changes nothing', () => {
  const once = after([persisted(incoming(2))], openAna);
  const twice = after([persisted(incoming(2))], once);
  expect([unreadOf(twice), twice.open?.window?.messages.length, twice.open?.firstUnread]).toEqual([1, 2, cursorAt(2)]);
});

test('a delivery changes the message and the last one in the list, only forward', () => {
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

test('pages of a conversation that is no longer open are dropped', () => {
  const other = after([{ type: 'conversation-opened', conversation: conversationOf('bo') }], openAna);
  expect(applyToMessageState(other, latest([incoming(9)]), 'me')).toBe(other);
});

test('a message around which one looks is not lost when newer ones arrive', () => {
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

test('a failure to load is told, and forgotten with the next page', () => {
  const failed = after([{ type: 'loading-failed', conversation: withAna, failure: 'The disk is gone.' }], openAna);
  expect([failed.open?.failure, after([latest([incoming(1)])], failed).open?.failure]).toEqual(['The disk is gone.', undefined]);
});
