import { describe, expect, test } from 'vitest';
import { fakePeerId } from '../../../../test/fakes/fake-hallway.ts';
import { createFakeRooms } from '../../../../test/fakes/fake-rooms.ts';
import { conversationOf, conversationOfRoom } from '../../../shared/lib/ids.ts';
import { createSettings } from '../settings/settings.ts';
import { createMentions, maxLookedThrough } from './mentions.ts';

const [ownPeerId, ana] = [fakePeerId(0), fakePeerId(1)];
const room = conversationOfRoom('everyone');

function createFixture() {
  const { area: rooms, controls } = createFakeRooms({ ownPeerId: () => ownPeerId, ownName: () => 'Noor', peers: () => [] });
  const settings = createSettings({ checks: {} }, {});
  let name = 'Noor';
  let reads = 0;
  const counting: Pick<typeof rooms, 'unread'> = {
    unread(...from) {
      reads += 1;
      return rooms.unread(...from);
    },
  };
  const mentions = createMentions({ ownPeerId, ownName: () => name, settings, rooms: counting });
  return {
    ...{ rooms, controls, settings, mentions },
    unread: () => rooms.conversations().map((summary) => mentions.unreadIn(summary)),
    reads: () => reads,
    rename: (next: string) => void (name = next),
  };
}

describe('mentions', () => {
  test('[MENT-1] are by others and in rooms, by the name and the words of the moment', () => {
    const { mentions, settings, rename } = createFixture();
    const by = (from: string, text: string, conversation = room): boolean => mentions.isMention({ conversation, from, text });
    const before = [by(ana, 'hi @noor'), by(ownPeerId, 'hi @noor'), by(ana, 'hi @noor', conversationOf(ana)), by(ana, 'deploy')];
    rename('Nora');
    settings.put({ keywords: ['deploy'] });
    expect({ before, after: [by(ana, 'hi @noor'), by(ana, 'hi @nora'), by(ana, 'deploy')] }).toEqual({
      before: [true, false, false, false],
      after: [false, true, true],
    });
  });

  test('[MENT-2] that are unread are counted, late ones too, until they are read', async () => {
    const { rooms, controls, unread } = createFixture();
    controls.hear('everyone', ana, 'hello all');
    const last = controls.hear('everyone', ana, 'hello @noor');
    const counts = [unread()];
    controls.hear('everyone', ana, '@noor, from before', { sentAtMs: 5, late: true });
    counts.push(unread());
    await rooms.markRead(room, last.cursor);
    counts.push(unread());
    expect(counts).toEqual([[1], [2], [0]]);
  });

  test(`[MENT-2] are counted among the newest ${maxLookedThrough} unread messages`, () => {
    const { controls, unread } = createFixture();
    controls.hear('everyone', ana, 'first, @noor');
    for (let count = 1; count < maxLookedThrough; count += 1) controls.hear('everyone', ana, 'more');
    const within = unread();
    controls.hear('everyone', ana, 'one more');
    expect([within, unread()]).toEqual([[1], [0]]);
  });

  test('are counted anew only after a change', () => {
    const { controls, unread, reads, rename } = createFixture();
    controls.hear('everyone', ana, 'hello @noor');
    const counts = [unread(), unread()];
    const before = reads();
    rename('Nora');
    counts.push(unread());
    expect({ counts, before, after: reads() }).toEqual({ counts: [[1], [1], [0]], before: 1, after: 2 });
  });
});
