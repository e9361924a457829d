/**
 * The contract of a store for the states of messages: only forward, and only of our own. Part of
 * store-suite.ts.
 */
import { expect, it } from 'vitest';
import type { DeliveryState, MessageStore, StoredMessage } from '../../../src/main/core/messaging/ports.ts';
import { ana, ben, incoming, mallory, messageId, outgoing, withAna } from './sample-messages.ts';

const allStates: readonly DeliveryState[] = ['queued', 'sent', 'delivered', 'read', 'failed', 'cancelled'];

export function describeStates(getStore: () => MessageStore): void {
  it('[STORE-4] only move forward, and failed or cancelled is final', () => {
    const store = getStore();
    let number = 0;
    const outcome = allStates.map((before) =>
      allStates.filter((after) => {
        number += 1;
        store.addOutgoing(outgoing(number, ana));
        store.setState(messageId(number), before);
        const changed = store.setState(messageId(number), after);
        expect(store.get(messageId(number))?.state).toBe(changed ? after : before);
        return changed;
      }),
    );
    expect(outcome).toEqual([
      ['sent', 'delivered', 'read', 'failed', 'cancelled'],
      ['delivered', 'read', 'failed', 'cancelled'],
      ['read'],
      [],
      [],
      [],
    ]);
  });

  it('[STORE-4] change alike by the ID and by the message', () => {
    const store = getStore();
    const targets = ['sent', 'delivered', 'failed'] as const;
    let number = 0;
    for (const before of allStates) {
      for (const after of targets) {
        const byId = store.addOutgoing(outgoing((number += 1), ana));
        const byMessage = store.addOutgoing(outgoing((number += 1), ana));
        for (const { messageId: id } of [byId, byMessage]) store.setState(id, before);
        const changed = store.setState(byId.messageId, after);
        expect({
          changed: store.setStatesOf([byMessage], after)[0],
          state: store.get(byMessage.messageId)?.state,
        }).toEqual({ changed, state: changed ? after : before });
      }
    }
  });

  it('[STORE-4] change alike one by one and together, whatever lies between', () => {
    const store = getStore();
    const add = (number: number): StoredMessage => store.addOutgoing(outgoing(number, number % 5 === 0 ? ben : ana));
    const messages = Array.from({ length: 20 }, (_, index) => add(index + 1));
    const toAna = messages.filter(({ conversation }) => conversation === withAna);
    for (const number of [3, 12]) store.setState(messageId(number), 'delivered');
    store.setState(messageId(7), 'cancelled');
    const untouched = toAna.at(-1) as StoredMessage;
    const given = [...messages].filter((message) => message !== untouched);
    const isFinal = ({ messageId: id }: StoredMessage): boolean => [3, 7, 12].map(messageId).includes(id);
    expect(store.setStatesOf(given, 'sent')).toEqual(given.map((message) => !isFinal(message)));
    expect(store.setStatesOf(given, 'sent')).toEqual(given.map(() => false));
    expect(store.setStatesOf(given.toReversed(), 'delivered')).toEqual(given.toReversed().map((message) => !isFinal(message)));
    expect(store.setStatesOf(given, 'failed')).toEqual(given.map(() => false));
    const stateOf = ({ messageId: id }: StoredMessage): unknown => store.get(id)?.state;
    expect(given.map(stateOf)).toEqual(given.map(({ messageId: id }) => (id === messageId(7) ? 'cancelled' : 'delivered')));
    expect(stateOf(untouched)).toBe('queued');
  });

  it('belong only to our own messages', () => {
    const store = getStore();
    const theirs = store.addIncoming(incoming(1, ana));
    expect(allStates.map((state) => store.setState(messageId(1), state))).toEqual(allStates.map(() => false));
    expect(theirs && store.setStatesOf([theirs], 'delivered')).toEqual([false]);
    expect(store.get(messageId(1))).not.toHaveProperty('state');
  });

  it('determine the messages still to deliver, in order', () => {
    const store = getStore();
    for (let number = 1; number <= 8; number += 1) store.addOutgoing(outgoing(number, ana));
    store.addOutgoing(outgoing(9, ben));
    for (const [number, state] of [
      [1, 'delivered'],
      [2, 'sent'],
      [3, 'read'],
      [4, 'failed'],
      [5, 'cancelled'],
    ] as const) {
      store.setState(messageId(number), state);
    }
    const all = store.undelivered(ana, { afterSequence: 0, limit: 99 });
    expect(all.map(({ sequence, state }) => [sequence, state])).toEqual([
      [2, 'sent'],
      [6, 'queued'],
      [7, 'queued'],
      [8, 'queued'],
    ]);
    expect(store.undelivered(ana, { afterSequence: 2, limit: 2 }).map(({ sequence }) => sequence)).toEqual([6, 7]);
    expect(store.undelivered(ben, { afterSequence: 0, limit: 9 })).toHaveLength(1);
    store.setState(messageId(9), 'delivered');
    expect(store.undelivered(ben, { afterSequence: 0, limit: 9 })).toEqual([]);
    expect(store.undelivered(mallory, { afterSequence: 0, limit: 9 })).toEqual([]);
  });
}
