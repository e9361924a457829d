/** The contract of every store for contacts. Part of store-suite.ts. */
import { expect, it } from 'vitest';
import type { MessageStore } from '../../../src/main/core/messaging/ports.ts';
import { ana, ben, everyone, incoming, mallory, messageId, outgoing, person, withBen, withMallory } from './sample-messages.ts';

export function describePeople(getStore: () => MessageStore): void {
  it('are stored as last put', () => {
    const store = getStore();
    store.putContact(person(ben));
    store.putContact(person(ana));
    store.putContact({ ...person(ana), name: 'Ana P.', verified: true, blocked: true, lastSeenMs: 99 });
    expect(store.contacts()).toEqual([
      { ...person(ana), name: 'Ana P.', verified: true, blocked: true, lastSeenMs: 99 },
      person(ben),
    ]);
  });

  it('[TRUST-10] are removed together, and unknown ones are no failure', () => {
    const store = getStore();
    for (const peerId of [ana, ben, mallory]) store.putContact(person(peerId));
    store.removeContacts([ana, mallory, 'x'.repeat(52)]);
    expect(store.contacts()).toEqual([person(ben)]);
  });

  it('[TRUST-9] have messages with us, or had an answer of ours before the conversation was cleared', () => {
    const store = getStore();
    store.addIncoming(incoming(1, ana));
    store.addOutgoing(outgoing(2, ben));
    store.setState(messageId(2), 'delivered');
    store.clear(withBen);
    store.addIncoming(incoming(3, mallory));
    store.clear(withMallory);
    store.addIncoming(incoming(4, mallory, { conversation: everyone }));
    const found = store.batch(() => {
      store.addOutgoing(outgoing(5, 'd'.repeat(52)));
      return store.correspondents();
    });
    expect(found.toSorted((a, b) => (a.peerId < b.peerId ? -1 : 1))).toEqual([
      { peerId: ana, isAnswered: false },
      { peerId: ben, isAnswered: true },
      { peerId: 'd'.repeat(52), isAnswered: true },
    ]);
  });
}
