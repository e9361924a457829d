/**
 * The contract of every MessageStore (src/main/core/messaging/ports.ts), in memory or on disk.
 * Behaviour of files only, such as damage, is in the neighbouring tests.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreError } from '../../../src/main/core/messaging/ports.ts';
import type { HistoryStore } from '../../../src/main/core/rooms/ports.ts';
import type { FakeClock } from '../../fakes/fake-clock.ts';
import { describeConversations, describeDeletion, describeSearch } from './describe-conversations.ts';
import { describeBatches, describeMessages } from './describe-messages.ts';
import { describeStates } from './describe-states.ts';
import { describeDrafts } from './describe-drafts.ts';
import { describeTransfers } from './describe-transfers.ts';
import { describeMarks } from './describe-marks.ts';
import { describePeople } from './describe-people.ts';
import { describeSigns } from './describe-signs.ts';
import { describeRoomForks, describeRoomReading } from './describe-room-forks.ts';
import { describePrivateRooms } from './describe-private-rooms.ts';
import { describeRooms } from './describe-rooms.ts';
import { ana, outgoing, withAna } from './sample-messages.ts';

export interface StoreWorld {
  /** The store that is open now. */
  store(): HistoryStore;
  readonly clock: FakeClock;
  close(): Promise<void>;
}

export function describeStore(name: string, openWorld: () => Promise<StoreWorld>): void {
  describe(`${name}, as any store`, () => {
    let world: StoreWorld;
    let store: HistoryStore;
    beforeEach(async () => {
      world = await openWorld();
      store = world.store();
    });
    afterEach(() => world.close());

    const getStore = (): HistoryStore => store;
    describe('messages', () => {
      describeMessages(getStore);
    });
    describe('states', () => {
      describeStates(getStore);
    });
    describe('batches', () => {
      describeBatches(getStore);
    });
    describe('conversations', () => {
      describeConversations(getStore);
    });
    describe('search', () => {
      describeSearch(getStore, () => world.clock);
      describeSigns(getStore, () => world.clock);
    });
    describe('deletion', () => {
      describeDeletion(getStore);
    });
    describe('rooms', () => {
      describeRooms(getStore);
      describeRoomForks(getStore);
      describeRoomReading(getStore);
      describePrivateRooms(getStore);
    });
    describe('marks on conversations', () => {
      describeMarks(getStore);
    });
    describe('drafts', () => {
      describeDrafts(getStore);
    });
    describe('transfers', () => {
      describeTransfers(getStore);
    });
    describe('contacts', () => {
      describePeople(getStore);
    });

    it('refuses every call after close, and may be closed twice', () => {
      store.close();
      store.close();
      expect(() => store.history(withAna, { limit: 1 })).toThrow(StoreError);
      expect(() => store.addOutgoing(outgoing(1, ana))).toThrow(StoreError);
      expect(() => [...store.exportMessages()]).toThrow(StoreError);
    });
  });
}
