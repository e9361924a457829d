/** Private rooms in the terminal chat. */
import { describe, expect, it } from 'vitest';
import { bo, createChatFixture, eva } from '../../../../../test/fixtures/chat.ts';

async function start(): Promise<Awaited<ReturnType<typeof createChatFixture>>> {
  const fixture = await createChatFixture(
    (node) => {
      node.join(bo);
      node.join(eva);
    },
    undefined,
    { hasRooms: true },
  );
  await fixture.shown();
  return fixture;
}

describe('[CHAT-10] private rooms in the terminal', () => {
  it('/new creates one and opens it, /invite, /remove and /title change it, /leave leaves it', async () => {
    const fixture = await start();
    await fixture.type('/new Party: Bo', 'cake?', '/invite Eva Lund', '/remove Bo', '/title Feast', '/leave', '/invite Bo');
    const room = fixture.hallway.rooms?.list().find(({ name }) => name.startsWith('&'));
    const shown = (await fixture.shown()).map((line) => line.replaceAll(/&[0-9a-f]{16}/gu, '&ID'));
    expect({ shown, room }).toEqual({
      shown: [
        "* You're in the private room «Party» (&ID) with Bo. Members only, end-to-end encrypted. If you remove someone, they keep what they already have. /leave leaves it, /join #everyone switches back.",
        '* In «Party» with you (2): Bo, Eva Lund',
        '* In «Party» with you (1): Eva Lund',
        '* In «Feast» with you (1): Eva Lund',
        '* You left «Feast».',
        '! No private room is open. /new TITLE: NAME, NAME creates one.',
      ],
      room: undefined,
    });
  });

  it('says who invites, lists the room, and /join opens it', async () => {
    const fixture = await start();
    const room = fixture.fake.inRooms.invite('Plans', bo.peerId, [fixture.hallway.profile.self().peerId]);
    const invited = await fixture.shown();
    await fixture.type('/rooms', `/join ${room}`, '/new', '/new Plans: Nobody');
    const [listed, opened, ...refused] = await fixture.shown();
    expect({ invited, listed, opened: opened?.slice(0, 60), refused }).toEqual({
      invited: [`* Bo invites you to the private room «Plans». /join ${room} accepts, /leave ${room} declines.`],
      listed: `* Rooms: #everyone (2 others), «Plans» ${room} (invited, /join accepts). /join ROOM opens one, or a new one.`,
      opened: `* You're in the private room «Plans» (${room}) with Bo`.slice(0, 60),
      refused: ['! A title and people, please: /new Party: Ana, Bo', '! No one called "Nobody" has ever been here.'],
    });
  });
});
