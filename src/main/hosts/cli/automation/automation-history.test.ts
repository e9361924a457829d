import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { fakePeer, fakePeerId } from '../../../../../test/fakes/fake-hallway.ts';
import { createMessagingHallway, type MessagingHallway } from '../../../../../test/fixtures/messaging-hallway.ts';
import { runAutomation } from './automation.ts';

type Said = Readonly<Record<string, unknown>>;

interface AutomationHistoryFixture extends MessagingHallway {
  /** Says commands and @returns their replies, the events left out */
  ask(...commands: readonly Said[]): Promise<readonly Said[]>;
  texts(): readonly string[];
}

const ana = fakePeerId(999_999);
const bo = fakePeer(1, { name: 'Bo' });
const eva = fakePeer(2, { name: 'Eva' });

/** With a message from Bo, one from Eva, and one to Bo that waits. */
async function createAutomationHistoryFixture(): Promise<AutomationHistoryFixture> {
  const node = createMessagingHallway();
  const [input, output] = [new PassThrough(), new PassThrough()];
  let collected = '';
  output.on('data', (bytes: Buffer) => (collected += bytes.toString()));
  void runAutomation(node.hallway, { clock: node.clock, input, output }, new AbortController().signal);
  node.join(bo);
  node.join(eva);
  await node.receive(bo, 'one');
  await node.receive(eva, 'two');
  node.sessions.end(bo.peerId);
  await Promise.all([node.hallway.messages?.send(bo.peerId, 'three'), node.settle()]);
  return {
    ...node,
    async ask(...commands) {
      for (const command of commands) input.write(`${JSON.stringify(command)}\n`);
      await node.settle();
      const lines = collected.split('\n').slice(0, -1);
      collected = '';
      return lines.map((line) => JSON.parse(line) as Said).filter((said) => 'reply' in said);
    },
    texts: () => Array.from(node.store.exportMessages(), ({ text }) => text),
  };
}

function textsOf(reply: Said | undefined): readonly string[] {
  return (reply as { readonly messages: readonly { readonly text: string }[] }).messages.map(({ text }) => text);
}

describe('[AUTO-1] export', () => {
  it('has all that is known of each message, in the order in which they were kept', async () => {
    const fixture = await createAutomationHistoryFixture();
    const nowMs = fixture.clock.wallMs();
    const [reply] = await fixture.ask({ id: 1, cmd: 'export', limit: 9 });
    const common = { messageId: expect.any(String), sentAtMs: nowMs, receivedAtMs: nowMs, position: expect.any(Number) };
    const boSaid = { ...common, conversation: bo.peerId, conversationName: 'Bo' };
    expect(reply).toEqual({
      reply: 1,
      ok: true,
      messages: [
        { ...boSaid, from: bo.peerId, fromName: 'Bo', sequence: 1, text: 'one' },
        {
          ...common,
          conversation: eva.peerId,
          conversationName: 'Eva',
          from: eva.peerId,
          fromName: 'Eva',
          sequence: 2,
          text: 'two',
        },
        { ...boSaid, from: ana, fromName: 'Ana', sequence: 1, text: 'three', state: 'queued' },
      ],
    });
  });

  it('goes page by page, of all or of one conversation, and says when there may be more', async () => {
    const fixture = await createAutomationHistoryFixture();
    const [first, withBo] = await fixture.ask({ id: 1, cmd: 'export', limit: 2 }, { id: 2, cmd: 'export', limit: 2, with: 'Bo' });
    const [second] = await fixture.ask({ id: 3, cmd: 'export', limit: 2, after: first?.['next'] });
    expect([textsOf(first), textsOf(second), second?.['next']]).toEqual([['one', 'two'], ['three'], undefined]);
    expect([textsOf(withBo), withBo?.['next']]).toEqual([['one', 'three'], expect.any(Number)]);
    expect(await fixture.ask({ id: 4, cmd: 'export', limit: 2, with: 'Nobody' })).toMatchObject([{ code: 'unknown-peer' }]);
  });

  it('ends a page early when its texts are long', async () => {
    const fixture = await createAutomationHistoryFixture();
    for (let number = 0; number < 100; number += 1) await fixture.receive(bo, 'x'.repeat(16_000));
    const [reply] = await fixture.ask({ id: 1, cmd: 'export', limit: 1_000 });
    expect([textsOf(reply).length < 80, typeof reply?.['next']]).toEqual([true, 'number']);
  });
});

describe('[AUTO-1] clear', () => {
  it('deletes the messages with one person, but what waits to be delivered', async () => {
    const fixture = await createAutomationHistoryFixture();
    expect(await fixture.ask({ id: 1, cmd: 'clear', with: 'Bo' }, { id: 2, cmd: 'clear', with: 'Nobody' })).toMatchObject([
      { reply: 1, ok: true, deleted: 1 },
      { reply: 2, ok: false, code: 'unknown-peer' },
    ]);
    expect(fixture.texts()).toEqual(['two', 'three']);
  });

  it('deletes those of all only if that is said', async () => {
    const fixture = await createAutomationHistoryFixture();
    const replies = await fixture.ask({ id: 1, cmd: 'clear', all: true });
    expect([replies, fixture.texts()]).toEqual([[{ reply: 1, ok: true, deleted: 2 }], ['three']]);
  });

  it('[KEEP-2] says so when nothing could be deleted', async () => {
    const fixture = await createAutomationHistoryFixture();
    fixture.store.refuseWrites = 'full';
    const replies = await fixture.ask({ id: 1, cmd: 'clear', with: 'Bo' }, { id: 2, cmd: 'clear', all: true });
    expect(replies.map(({ ok, code }) => [ok, code])).toEqual([
      [false, 'not-kept'],
      [false, 'not-kept'],
    ]);
    expect(fixture.texts()).toEqual(['one', 'two', 'three']);
  });
});

describe('[AUTO-1] rooms', () => {
  it('have no history on a node without them, and a name that begins as theirs do stands for nobody', async () => {
    const fixture = await createAutomationHistoryFixture();
    fixture.join(fakePeer(3, { name: '#lunch' }));
    const replies = await fixture.ask(
      { id: 1, cmd: 'history', with: '#lunch', limit: 5 },
      { id: 2, cmd: 'search', text: 'x', limit: 5, with: '#lunch' },
      { id: 3, cmd: 'export', limit: 5, with: '#lunch' },
      { id: 4, cmd: 'clear', with: '#lunch' },
    );
    expect(replies.map(({ ok, code }) => [ok, code])).toEqual(Array.from({ length: 4 }, () => [false, 'not-available']));
  });
});
