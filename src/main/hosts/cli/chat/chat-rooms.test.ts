/** Rooms in the terminal chat. */
import { describe, expect, it } from 'vitest';
import { fakePeerId } from '../../../../../test/fakes/fake-hallway.ts';
import type { MessagingHallway } from '../../../../../test/fixtures/messaging-hallway.ts';
import { bo, createChatFixture, eva } from '../../../../../test/fixtures/chat.ts';

type Fixture = Awaited<ReturnType<typeof createChatFixture>>;

async function start(prepare: (node: MessagingHallway) => void = () => undefined): Promise<Fixture> {
  const fixture = await createChatFixture(
    (node) => {
      node.join(bo);
      node.join(eva);
      prepare(node);
    },
    undefined,
    { hasRooms: true },
  );
  await fixture.shown();
  return fixture;
}

describe('[CHAT-10] rooms in the terminal', () => {
  it('a text goes to #everyone while no conversation is open, and texts from there have their authors', async () => {
    const fixture = await start();
    await fixture.type('lunch?', '/me waves');
    const { inRooms } = fixture.fake;
    inRooms.hear('everyone', bo.peerId, 'yes\n* Eva left');
    inRooms.hear('everyone', fakePeerId(70), 'me too');
    inRooms.hear('everyone', eva.peerId, 'earlier', { late: true });
    inRooms.hear('everyone', eva.peerId, 'later', { ahead: true });
    const said = fixture.hallway.rooms?.history('room:everyone' as never, { limit: 9 }).map(({ text }) => text);
    expect({ shown: await fixture.shown(), said }).toEqual({
      shown: [
        '##:## Bo: yes',
        '      * Eva left',
        `##:## Somebody (${fakePeerId(70).slice(0, 16)}): me too`,
        '##:## Eva Lund: earlier [late]',
        '##:## Eva Lund: later [their clock is ahead]',
      ],
      said: ['earlier', 'me too', 'yes\n* Eva left', '* Ana waves', 'lunch?'],
    });
  });

  it('/join opens a room, /topic and /users tell about it, and /leave leaves it', async () => {
    const fixture = await start((node) => node.fake.inRooms.enter('tea', bo.peerId));
    await fixture.type('/join', '/join #Lunch', '/topic', '/topic soup at one', '/topic', 'hello');
    const lunch = await fixture.shown();
    fixture.fake.inRooms.enter('lunch', bo.peerId, eva.peerId);
    fixture.fake.inRooms.hear('lunch', bo.peerId, 'hi');
    fixture.fake.inRooms.hear('everyone', eva.peerId, 'who is where?');
    fixture.fake.inRooms.noticeTopic('lunch', bo.peerId, '');
    fixture.fake.inRooms.exit('lunch', eva.peerId);
    const heard = await fixture.shown();
    await fixture.type('/users', '/leave', '/leave', '/leave lunch', '/join no room');
    const left = await fixture.shown();
    expect(lunch).toEqual([
      '* Rooms: #everyone (2 others), #tea (1 other, not joined). /join ROOM opens one, or a new one.',
      "* You're in #lunch with no one else yet. Anyone on this network can read along. /leave leaves it, /join #everyone switches back.",
      '* #lunch has no topic. /topic TEXT sets one.',
      '* you changed the topic of #lunch: soup at one',
      '* Topic of #lunch: soup at one',
    ]);
    expect(heard).toEqual([
      '* Bo and Eva Lund joined #lunch',
      '##:## Bo: hi',
      '* Eva Lund in #everyone (1 unread): who is where?',
      '* Bo removed the topic of #lunch',
      '* Eva Lund left #lunch',
    ]);
    expect([left[0], ...left.slice(-4)]).toEqual([
      '* In #lunch with you (1): Bo',
      '* You left #lunch.',
      '! No conversation is open. /quit leaves Hallway.',
      "! You aren't in #lunch. Join it first.",
      expect.stringContaining('"no room" can\'t be the name of a room.'),
    ]);
  });

  it('shows at the start what waits in #everyone, and how many have what we said', async () => {
    const fixture = await createChatFixture(
      (node) => {
        node.join(bo);
        node.join(eva);
        const { messageId } = node.fake.inRooms.wrote('everyone', 'anyone?');
        node.fake.inRooms.keep(messageId, 1);
        node.fake.inRooms.hear('everyone', bo.peerId, 'me');
      },
      undefined,
      { hasRooms: true },
    );
    const shown = await fixture.shown();
    expect(shown.slice(1)).toEqual(['-- ####', '##:## you: anyone? [1 of 2 have it]', '##:## Bo: me']);
    expect(fixture.hallway.rooms?.conversations()[0]?.unread).toBe(0);
  });

  it('the prompt shows the open room', async () => {
    const fixture = await createChatFixture((node) => node.join(bo), { columns: 80 }, { hasRooms: true });
    fixture.input.write('\r');
    const atStart = (await fixture.shown()).join('\n');
    fixture.input.write('/join tea\r');
    await fixture.settle();
    fixture.fake.inRooms.hear('everyone', bo.peerId, 'x');
    await fixture.settle();
    fixture.input.write('\r');
    const inTea = (await fixture.shown()).join('\n');
    expect([/#everyone> /, /\(1 unread\) #tea> /].map((prompt, at) => prompt.exec([atStart, inTea][at] ?? '')?.[0])).toEqual([
      '#everyone> ',
      '(1 unread) #tea> ',
    ]);
  });

  it('says nothing of muted rooms, nor of people who are blocked', async () => {
    const fixture = await start((node) => {
      void node.hallway.rooms?.join('tea');
      void node.hallway.rooms?.setMuted('tea', true);
      node.fake.inRooms.enter('tea', bo.peerId);
    });
    fixture.hallway.contacts?.setBlocked(eva.peerId, true);
    fixture.fake.inRooms.hear('tea', bo.peerId, 'x');
    fixture.fake.inRooms.hear('everyone', eva.peerId, 'y');
    fixture.fake.inRooms.noticeTopic('everyone', eva.peerId, 'z');
    expect(await fixture.shown()).toEqual([]);
  });
});
