/** Rooms over the automation interface: every command and event to the letter. */
import { describe, expect, it } from 'vitest';
import { fakePeer } from '../../../../../test/fakes/fake-hallway.ts';
import { type AutomationFixture, bo, createAutomationFixture } from '../../../../../test/fixtures/automation.ts';

const eva = fakePeer(2, { name: 'Eva' });

function createFixture(): AutomationFixture {
  return createAutomationFixture(undefined, { hasRooms: true });
}

describe('[AUTO-9] the event room', () => {
  it('comes at the start for each joined room, and when its members or topic change', async () => {
    const fixture = createFixture();
    fixture.join(bo);
    await fixture.hallway.rooms?.join('lunch');
    await fixture.heard();
    fixture.emit({ type: 'ready', tcpPort: 1, unicastPort: 2, interfaces: [] });
    const atStart = await fixture.heard();
    fixture.fake.inRooms.enter('lunch', bo.peerId);
    await fixture.hallway.rooms?.setMuted('lunch', true);
    fixture.fake.inRooms.noticeTopic('lunch', bo.peerId, 'soup');
    fixture.fake.inRooms.enter('not-ours', bo.peerId);
    const changes = await fixture.heard();
    expect({ atStart: atStart.map(({ event }) => event), changes }).toEqual({
      // Both rooms were told before, and nothing is told twice.
      atStart: ['ready'],
      changes: [
        { event: 'room', room: '#lunch', members: [bo.peerId], topic: '' },
        { event: 'room', room: '#lunch', members: [bo.peerId], topic: 'soup' },
      ],
    });
  });

  it('tells a script that was there first about #everyone, once it is ready', async () => {
    const fixture = createFixture();
    fixture.emit({ type: 'ready', tcpPort: 1, unicastPort: 2, interfaces: [] });
    expect((await fixture.heard()).slice(1)).toEqual([{ event: 'room', room: '#everyone', members: [], topic: '' }]);
  });
});

describe('[AUTO-9] commands', () => {
  it('say, join, leave, topic and rooms, to the letter', async () => {
    const fixture = createFixture();
    fixture.join(bo);
    await fixture.heard();
    fixture.fake.inRooms.hear('everyone', bo.peerId, 'hello');
    await fixture.heard();
    fixture.say(
      { id: 1, cmd: 'rooms' },
      { id: 2, cmd: 'join', room: 'Lunch' },
      { id: 3, cmd: 'topic', room: '#lunch', text: 'soup' },
      { id: 4, cmd: 'say', room: '#lunch', text: 'at one' },
      { id: 5, cmd: 'leave', room: '#lunch' },
      { id: 6, cmd: 'say', room: '#lunch', text: 'anyone?' },
      { id: 7, cmd: 'join', room: 'no room' },
      { id: 8, cmd: 'say', room: '#everyone', text: ' ' },
    );
    const replies = (await fixture.heard()).filter((said) => 'reply' in said);
    expect(replies).toEqual([
      { reply: 1, ok: true, rooms: [{ room: '#everyone', members: [bo.peerId], topic: '', unread: 1 }] },
      { reply: 2, ok: true },
      { reply: 3, ok: true },
      { reply: 4, ok: true, messageId: 'room-00000002' },
      { reply: 5, ok: true },
      { reply: 6, ok: false, code: 'not-joined', message: "You aren't in #lunch. Join it first." },
      { reply: 7, ok: false, code: 'bad-room', message: expect.stringContaining('"no room"') },
      { reply: 8, ok: false, code: 'empty', message: "There's nothing to send." },
    ]);
  });

  it('history of a room is in its one order, with late messages at their place and those ahead at the end', async () => {
    const fixture = createFixture();
    fixture.join(bo);
    fixture.join(eva);
    await fixture.heard();
    const nowMs = fixture.clock.wallMs();
    const { inRooms } = fixture.fake;
    inRooms.hear('everyone', bo.peerId, 'tomorrow', { sentAtMs: nowMs + 86_400_000, ahead: true });
    inRooms.hear('everyone', bo.peerId, 'now');
    inRooms.hear('everyone', eva.peerId, 'before', { sentAtMs: nowMs - 600_000, late: true });
    const events = await fixture.heard();
    fixture.say({ id: 1, cmd: 'history', with: '#everyone', limit: 5 }, { id: 2, cmd: 'history', with: '#everyone', limit: 1 });
    const [all, last] = (await fixture.heard()).map(({ messages }) => messages as Record<string, unknown>[]);
    const before = all?.find(({ text }) => text === 'now')?.['messageId'];
    fixture.say({ id: 3, cmd: 'history', with: '#everyone', limit: 5, before }, { id: 4, cmd: 'clear', with: '#everyone' });
    const [older, cleared] = await fixture.heard();
    expect(events.map(({ message }) => message as Record<string, unknown>)).toMatchObject([
      { text: 'tomorrow', late: false, ahead: true },
      { text: 'now', late: false, ahead: false },
      { text: 'before', late: true, ahead: false },
    ]);
    expect([all, last].map((page) => page?.map(({ text }) => text))).toEqual([['before', 'now', 'tomorrow'], ['tomorrow']]);
    expect(older).toMatchObject({ ok: true, messages: [{ text: 'before' }] });
    expect(cleared).toEqual({ reply: 4, ok: true, deleted: 3 });
    expect(JSON.stringify(all?.[1])).toBe(
      `{"messageId":"${String(before)}","from":"${bo.peerId}","fromName":"Bo","to":"#everyone","text":"now","sentAtMs":${nowMs},"receivedAtMs":${nowMs},"late":false,"ahead":false}`,
    );
  });

  it('diagnostics count what is held of each joined room', async () => {
    const fixture = createFixture();
    await fixture.hallway.rooms?.join('constructor');
    fixture.fake.inRooms.hear('everyone', bo.peerId, 'hello');
    await fixture.heard();
    fixture.say({ id: 1, cmd: 'diagnostics' });
    const [reply] = await fixture.heard();
    const none = { askedFor: 0, repairedByMulticast: 0, repairedByUnicast: 0, pulled: 0, relayed: 0, missing: 0 };
    expect(reply).toMatchObject({
      ok: true,
      diagnostics: {
        rooms: { '#everyone': { logs: 1, messages: 1, ...none }, '#constructor': { logs: 0, messages: 0, ...none } },
      },
    });
  });

  it('read marks the messages of a room', async () => {
    const fixture = createFixture();
    fixture.join(bo);
    const { messageId } = fixture.fake.inRooms.hear('everyone', bo.peerId, 'hello');
    await fixture.heard();
    fixture.say({ id: 1, cmd: 'read', messageId }, { id: 2, cmd: 'rooms' });
    expect(await fixture.heard()).toMatchObject([
      { reply: 1, ok: true },
      { reply: 2, rooms: [{ unread: 0 }] },
    ]);
  });
});

describe('[AUTO-9] delivery', () => {
  it('is sent, then delivered once every member here has it', async () => {
    const fixture = createFixture();
    fixture.join(bo);
    fixture.join(eva);
    await fixture.heard();
    fixture.say({ id: 1, cmd: 'say', room: '#everyone', text: 'hello' });
    const sent = await fixture.heard();
    const messageId = sent.find(({ reply }) => reply === 1)?.['messageId'];
    fixture.fake.inRooms.keep(String(messageId), 1);
    const one = await fixture.heard();
    fixture.fake.inRooms.keep(String(messageId), 2);
    expect({ sent, one, all: await fixture.heard() }).toEqual({
      sent: [
        { event: 'delivery', messageId, state: 'sent' },
        { reply: 1, ok: true, messageId },
      ],
      one: [],
      all: [{ event: 'delivery', messageId, state: 'delivered' }],
    });
  });
});
