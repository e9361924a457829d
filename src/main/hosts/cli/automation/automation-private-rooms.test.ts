/** Private rooms over the automation interface: every command and event to the letter. */
import { describe, expect, it } from 'vitest';
import { fakePeer } from '../../../../../test/fakes/fake-hallway.ts';
import { type AutomationFixture, bo, createAutomationFixture } from '../../../../../test/fixtures/automation.ts';

const eva = fakePeer(2, { name: 'Eva' });

async function start(): Promise<AutomationFixture> {
  const fixture = createAutomationFixture(undefined, { hasRooms: true });
  fixture.join(bo);
  fixture.join(eva);
  await fixture.heard();
  return fixture;
}

describe('[AUTO-9] private rooms', () => {
  it('create, invite, remove, admin, title, say, history and leave, to the letter', async () => {
    const fixture = await start();
    const own = fixture.hallway.profile.self().peerId;
    fixture.say({ id: 1, cmd: 'create', title: 'Plans', people: ['Bo'] });
    const [created] = (await fixture.heard()).filter((said) => 'reply' in said);
    const room = String(created?.['room']);
    fixture.say(
      { id: 2, cmd: 'invite', room, people: [eva.peerId] },
      { id: 3, cmd: 'admin', room, people: ['Bo'] },
      { id: 4, cmd: 'title', room, text: 'Party' },
      { id: 5, cmd: 'remove', room, people: ['Eva'] },
      { id: 6, cmd: 'say', room, text: 'cake' },
      { id: 7, cmd: 'history', with: room, limit: 1 },
      { id: 8, cmd: 'rooms' },
      { id: 9, cmd: 'invite', room, people: ['Nobody'] },
      { id: 10, cmd: 'create', title: ' ', people: ['Bo'] },
      { id: 11, cmd: 'leave', room },
      { id: 12, cmd: 'say', room, text: 'more' },
    );
    const replies = (await fixture.heard()).filter((said) => 'reply' in said);
    const details = {
      title: 'Party',
      standing: 'member',
      by: own,
      creator: own,
      admins: [own, bo.peerId],
      people: [own, bo.peerId],
    };
    expect([created, ...replies]).toMatchObject([
      { reply: 1, ok: true, room: expect.stringMatching(/^&[0-9a-f]{16}$/u) as unknown },
      ...[2, 3, 4, 5].map((reply) => ({ reply, ok: true })),
      { reply: 6, ok: true, messageId: expect.any(String) as unknown },
      { reply: 7, ok: true, messages: [{ text: 'cake' }] },
      { reply: 8, ok: true, rooms: [{ room: '#everyone' }, { room, members: [], topic: '', unread: 0, private: details }] },
      { reply: 9, ok: false, code: 'unknown-peer' },
      { reply: 10, ok: false, code: 'bad-title' },
      { reply: 11, ok: true },
      { reply: 12, ok: false, code: 'unknown-room' },
    ]);
  });

  it('tells of an invitation, which join accepts', async () => {
    const fixture = await start();
    const own = fixture.hallway.profile.self().peerId;
    const room = fixture.fake.inRooms.invite('Plans', bo.peerId, [own]);
    const invited = await fixture.heard();
    fixture.say({ id: 1, cmd: 'join', room });
    const joined = await fixture.heard();
    const details = { title: 'Plans', by: bo.peerId, creator: bo.peerId, admins: [bo.peerId], people: [bo.peerId, own] };
    expect({ invited, joined }).toEqual({
      invited: [{ event: 'room', room, members: [], topic: '', private: { ...details, standing: 'invited' } }],
      joined: expect.arrayContaining([
        { reply: 1, ok: true },
        { event: 'room', room, members: [], topic: '', private: { ...details, standing: 'member' } },
      ]) as unknown,
    });
  });
});
