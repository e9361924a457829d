/** Messages over the automation interface: sending, and every command and event to the letter. */
import { describe, expect, it } from 'vitest';
import { fakePeer, fakePeerId } from '../../../../../test/fakes/fake-hallway.ts';
import { maxConcurrent } from './reply-queue.ts';
import { type AutomationFixture, bo, createAutomationFixture } from '../../../../../test/fixtures/automation.ts';

const ana = fakePeerId(999_999);
const eva = fakePeer(2, { name: 'Eva' });

/** Sends, and @returns the id that the reply said */
async function send(fixture: AutomationFixture, text: string, to = 'Bo'): Promise<string> {
  fixture.say({ id: text, cmd: 'send', to, text });
  const reply = (await fixture.heard()).find((said) => said['reply'] === text);
  return String(reply?.['messageId']);
}

describe('[AUTO-5] send', () => {
  it('answers when the message is kept, and tells what becomes of it, in order', async () => {
    const fixture = createAutomationFixture();
    fixture.join(bo);
    fixture.sessions.connect(bo.peerId);
    fixture.say({ id: 2, cmd: 'send', to: 'bo', text: 'hello' });
    const first = await fixture.heard();
    await fixture.acknowledge(bo.peerId);
    await fixture.readAll(bo.peerId);
    const messageId = fixture.store.history(bo.peerId, { limit: 1 })[0]?.messageId;

    const all = [...first, ...(await fixture.heard())];
    expect(all.filter((said) => 'reply' in said)).toEqual([{ reply: 2, ok: true, messageId }]);
    expect(all.filter((said) => 'event' in said)).toEqual([
      { event: 'delivery', messageId, state: 'queued' },
      { event: 'delivery', messageId, state: 'sent' },
      { event: 'delivery', messageId, state: 'delivered' },
      { event: 'delivery', messageId, state: 'read' },
    ]);
    expect(first[0]).toEqual({ event: 'delivery', messageId, state: 'queued' });
  });

  it('queues for somebody who left, also by peerId', async () => {
    const fixture = createAutomationFixture();
    fixture.join(bo);
    fixture.fake.leave(bo.peerId, 'goodbye');
    await fixture.heard();
    const byName = await send(fixture, 'one');
    const byId = await send(fixture, 'two', bo.peerId);
    expect(fixture.store.undelivered(bo.peerId, { afterSequence: 0, limit: 9 }).map(({ messageId }) => messageId)).toEqual([
      byName,
      byId,
    ]);
  });

  it('refuses, with a code, and keeps nothing', async () => {
    const fixture = createAutomationFixture();
    fixture.join(bo);
    fixture.join(eva);
    fixture.join({ ...fakePeer(3), name: 'EVA' });
    fixture.say(
      { id: 1, cmd: 'send', to: 'Nobody', text: 'x' },
      { id: 2, cmd: 'send', to: fakePeerId(77), text: 'x' },
      { id: 3, cmd: 'send', to: 'Eva', text: 'x' },
      { id: 4, cmd: 'send', to: 'Bo', text: ' \n' },
      { id: 5, cmd: 'send', to: 'Bo', text: 'x'.repeat(16_385) },
      { id: 6, cmd: 'send', to: ana, text: 'x' },
    );
    const replies = (await fixture.heard()).filter((said) => 'reply' in said);
    expect(replies.map(({ reply, ok, code }) => [reply, ok, code])).toEqual([
      [1, false, 'unknown-peer'],
      [2, false, 'unknown-peer'],
      [3, false, 'ambiguous-name'],
      [4, false, 'empty'],
      [5, false, 'too-long'],
      [6, false, 'to-self'],
    ]);
    const candidates = [
      { peerId: eva.peerId, name: 'Eva', here: true },
      { peerId: fakePeerId(3), name: 'EVA', here: true },
    ];
    expect(replies[2]).toMatchObject({
      candidates,
      message: `Several people are called "Eva". Use an ID instead. ${eva.peerId} (here), ${fakePeerId(3)} (here)`,
    });
    expect([...fixture.store.exportMessages()]).toEqual([]);
  });

  it('takes the longest text with every character escaped', async () => {
    const fixture = createAutomationFixture();
    fixture.join(bo);
    const text = 'x'.repeat(16_384);
    fixture.input.write(`{"id":1,"cmd":"send","to":"Bo","text":"${'\\u0078'.repeat(16_384)}"}\n`);
    expect(await fixture.heard()).toContainEqual(expect.objectContaining({ reply: 1, ok: true }));
    expect(fixture.store.history(bo.peerId, { limit: 1 })[0]?.text).toBe(text);
  });

  it('refuses while the disk is full, and goes on after that', async () => {
    const fixture = createAutomationFixture();
    fixture.join(bo);
    await fixture.heard();
    fixture.store.refuseWrites = 'full';
    fixture.say({ id: 1, cmd: 'send', to: 'Bo', text: 'x' });
    expect(await fixture.heard()).toContainEqual(expect.objectContaining({ reply: 1, ok: false, code: 'not-kept' }));
    fixture.store.refuseWrites = undefined;
    expect(await send(fixture, 'y')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('keeps many in one write each, in the order of their commands, and answers in that order', async () => {
    const fixture = createAutomationFixture();
    fixture.join(bo);
    await fixture.heard();
    const commitsBefore = fixture.store.commits;
    const count = 2 * maxConcurrent + 10;
    fixture.input.write(
      Array.from({ length: count }, (_, id) => `${JSON.stringify({ id, cmd: 'send', to: 'Bo', text: `${id}` })}\n`).join(''),
    );
    fixture.say({ id: 'last', cmd: 'history', with: 'Bo', limit: 1 });
    const replies = (await fixture.heard()).filter((said) => 'reply' in said);
    const commits = fixture.store.commits - commitsBefore;

    expect(replies.slice(0, -1).map(({ reply }) => reply)).toEqual(Array.from({ length: count }, (_, id) => id));
    expect(replies.at(-1)).toMatchObject({ reply: 'last', messages: [{ text: `${count - 1}` }] });
    expect(Array.from(fixture.store.exportMessages(), ({ text }) => text)).toEqual(
      Array.from({ length: count }, (_, id) => `${id}`),
    );
    expect(commits).toBeLessThan(20);
  });

  it('never has more than a bounded number under way: the rest is not even read', async () => {
    const fixture = createAutomationFixture();
    fixture.join(bo);
    // Nothing is kept as long as the clock stands still.
    const line = (id: number): string => `${JSON.stringify({ id, cmd: 'send', to: 'Bo', text: 'x'.repeat(1_000) })}\n`;
    let written = 0;
    while (fixture.input.write(line(written)) || written < 5_000) {
      written += 1;
      if (written % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    const unread = fixture.input.readableLength + fixture.input.writableLength;
    expect(unread).toBeGreaterThan((written - maxConcurrent - 200) * line(0).length);
    fixture.input.end();
    await fixture.settle();
    for (let turn = 0; turn < 20; turn += 1) await fixture.settle();
    expect(Array.from(fixture.store.exportMessages())).toHaveLength(written + 1);
  });
});

describe('[AUTO-1] messages, to the letter', () => {
  it('received: once, to us', async () => {
    const fixture = createAutomationFixture();
    fixture.join(bo);
    const messageId = await fixture.receive(bo, 'hello');
    fixture.sessions.receive(bo.peerId, {
      type: 'messages',
      messages: [{ messageId, sequence: 1, sentAtMs: 5, fromName: 'Bo', text: 'hello' }],
    });
    const nowMs = fixture.clock.wallMs();
    const output = await fixture.heard();
    expect(output.map((said) => JSON.stringify(said))).toEqual([
      `{"event":"message","message":{"messageId":"${messageId}","from":"${bo.peerId}","fromName":"Bo","to":"${ana}","text":"hello","sentAtMs":${nowMs},"receivedAtMs":${nowMs}}}`,
    ]);
  });

  it('history: oldest first, own ones with their state; page by page', async () => {
    const fixture = createAutomationFixture();
    fixture.join(bo);
    await fixture.receive(bo, 'one');
    const two = await send(fixture, 'two');
    const three = await fixture.receive(bo, 'three');
    await fixture.heard();
    fixture.say(
      { id: 1, cmd: 'history', with: 'Bo', limit: 2 },
      { id: 2, cmd: 'history', with: bo.peerId, limit: 9, before: three },
      { id: 3, cmd: 'history', with: fakePeerId(50), limit: 9 },
      { id: 4, cmd: 'history', with: 'Nobody', limit: 9 },
      { id: 5, cmd: 'history', with: 'Bo', limit: 9, before: 'none' },
    );
    const nowMs = fixture.clock.wallMs();
    const own = { messageId: two, from: ana, fromName: 'Ana', to: bo.peerId, text: 'two', sentAtMs: nowMs, receivedAtMs: nowMs };
    expect(await fixture.heard()).toEqual([
      {
        reply: 1,
        ok: true,
        messages: [
          { ...own, state: 'sent' },
          { messageId: three, from: bo.peerId, fromName: 'Bo', to: ana, text: 'three', sentAtMs: nowMs, receivedAtMs: nowMs },
        ],
      },
      {
        reply: 2,
        ok: true,
        messages: [expect.objectContaining({ text: 'one' }), { ...own, state: 'sent' }],
      },
      { reply: 3, ok: true, messages: [] },
      { reply: 4, ok: false, code: 'unknown-peer', message: expect.any(String) },
      { reply: 5, ok: false, code: 'unknown-message', message: expect.any(String) },
    ]);
  });

  it('search: newest first, everywhere or with one person', async () => {
    const fixture = createAutomationFixture();
    fixture.join(bo);
    fixture.join(eva);
    await fixture.receive(bo, 'apples and pears');
    await fixture.receive(eva, 'more apples');
    await fixture.heard();
    fixture.say(
      { id: 1, cmd: 'search', text: 'appl', limit: 9 },
      { id: 2, cmd: 'search', text: 'apples', limit: 9, with: 'Bo' },
      { id: 3, cmd: 'search', text: 'plums', limit: 9 },
    );
    const texts = (await fixture.heard()).map(({ messages }) => (messages as { text: string }[]).map(({ text }) => text));
    expect(texts).toEqual([['more apples', 'apples and pears'], ['apples and pears'], []]);
  });

  it('read: everything up to it; its author is told', async () => {
    const fixture = createAutomationFixture();
    fixture.join(bo);
    const one = await fixture.receive(bo, 'one');
    const two = await fixture.receive(bo, 'two');
    await fixture.receive(bo, 'three');
    fixture.say({ id: 8, cmd: 'read', messageId: two }, { id: 9, cmd: 'read', messageId: 'none' });
    expect((await fixture.heard()).filter((said) => 'reply' in said)).toEqual([
      { reply: 8, ok: true },
      { reply: 9, ok: false, code: 'unknown-message', message: "There's no such message." },
    ]);
    expect(fixture.sessions.sent(bo.peerId, 'read')).toEqual([{ type: 'read', messageIds: [one, two] }]);
  });

  it('cancel: what is queued never goes out; what is on its way cannot be taken back', async () => {
    const fixture = createAutomationFixture();
    fixture.join(bo);
    fixture.fake.leave(bo.peerId, 'goodbye');
    const queued = await send(fixture, 'queued');
    const received = await fixture.receive(eva, 'theirs');
    fixture.say({ id: 1, cmd: 'cancel', messageId: queued }, { id: 2, cmd: 'cancel', messageId: queued });
    fixture.say({ id: 3, cmd: 'cancel', messageId: received }, { id: 4, cmd: 'cancel', messageId: 'none' });
    const said = (await fixture.heard()).filter(({ event }) => event !== 'message');
    expect(said.map(({ reply, state, ok, code }) => [reply, state ?? ok, code])).toEqual([
      [undefined, 'cancelled', undefined],
      [1, true, undefined],
      [2, false, 'too-late'],
      [3, false, 'unknown-message'],
      [4, false, 'unknown-message'],
    ]);
  });

  it('says so when the store cannot be read', async () => {
    const fixture = createAutomationFixture();
    fixture.store.refuseReads = 'corrupt';
    fixture.say({ id: 1, cmd: 'history', with: bo.peerId, limit: 1 });
    expect(await fixture.heard()).toEqual([{ reply: 1, ok: false, code: 'not-readable', message: expect.any(String) }]);
  });
});
