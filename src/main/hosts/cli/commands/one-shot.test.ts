import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { fakePeer, fakePeerId } from '../../../../../test/fakes/fake-hallway.ts';
import { createMessagingHallway, type MessagingHallway } from '../../../../../test/fixtures/messaging-hallway.ts';
import { askClear, askMessages, NotAnswered, ownTarget, sendAndWait, untilKnown, type CommandTarget } from './one-shot.ts';
import { readText } from '../output/terminal-io.ts';

const bo = fakePeer(1, { name: 'Bo' });
const never = new Promise<void>(() => undefined);

function send(node: MessagingHallway, forMs = 30_000, signal = new AbortController().signal): ReturnType<typeof sendAndWait> {
  return sendAndWait(ownTarget(node.hallway, never), { to: 'Bo', text: 'hello', forMs }, node, signal);
}

describe('[AUTO-7] hallway send', () => {
  it('is done when the message is delivered', async () => {
    const node = createMessagingHallway();
    node.join(bo);
    node.sessions.connect(bo.peerId);
    const sending = send(node);
    await node.settle();
    await node.acknowledge(bo.peerId);
    expect(await sending).toEqual({ delivered: true });
    expect(node.clock.pendingTimers()).toBe(0);
  });

  it('says what became of a message that is not delivered: late, stopped, cancelled, refused', async () => {
    const node = createMessagingHallway();
    node.join(bo);
    const late = send(node, 500);
    await node.settle();
    await node.clock.advance(500);
    const stopping = new AbortController();
    const stopped = send(node, 30_000, stopping.signal);
    await node.settle();
    stopping.abort();
    const cancelled = send(node);
    await node.settle();
    const last = node.store.history(bo.peerId, { limit: 1 })[0];
    await Promise.all([node.hallway.messages?.cancel(last?.messageId ?? ''), node.settle()]);
    node.store.refuseWrites = 'full';
    const full = send(node);
    await node.settle();
    expect(await Promise.all([late, stopped, cancelled, full])).toEqual([
      { delivered: false, why: 'not-yet', message: 'Timed out; not delivered yet.' },
      { delivered: false, why: 'not-yet', message: 'Stopped before it was delivered.' },
      { delivered: false, why: 'refused', message: "The message was cancelled, so it wasn't delivered." },
      { delivered: false, why: 'refused', message: "The message couldn't be saved, so it wasn't sent. The disk may be full." },
    ]);
  });
});

describe('[AUTO-7] whom a name means, right after the start', () => {
  function wait(node: MessagingHallway, who: string): () => boolean {
    let isKnown = false;
    const options = { clock: node.clock, forMs: 10_000, signal: new AbortController().signal };
    void untilKnown(node.hallway, who, options).then(() => (isKnown = true));
    return () => isKnown;
  }
  const ready = { type: 'ready', unicastPort: 1, tcpPort: 2, interfaces: [] } as const;

  it('is known a second after the start, when those who are here have come', async () => {
    const node = createMessagingHallway();
    const isKnown = wait(node, 'Bo');
    node.emit(ready);
    node.join(bo);
    await node.clock.advance(999);
    const early = isKnown();
    await node.clock.advance(1);
    expect([early, isKnown()]).toEqual([false, true]);
  });

  it('is known at once for a peerId that is here', async () => {
    const node = createMessagingHallway();
    const isKnown = wait(node, bo.peerId);
    node.emit(ready);
    node.join(bo);
    await node.clock.advance(0);
    expect(isKnown()).toBe(true);
  });

  it('is waited for as long as was said when nobody has it, and no longer', async () => {
    const node = createMessagingHallway();
    const [comes, never_] = [wait(node, 'Bo'), wait(node, fakePeerId(50))];
    node.emit(ready);
    await node.clock.advance(5_000);
    const before = comes();
    node.join(bo);
    await node.clock.advance(0);
    const after = comes();
    await node.clock.advance(5_000);
    expect([before, after, never_(), node.clock.pendingTimers()]).toEqual([false, true, true, 0]);
  });

  it('is who had it before, when nobody else comes', async () => {
    const node = createMessagingHallway();
    node.join(bo);
    node.fake.leave(bo.peerId, 'goodbye');
    const isKnown = wait(node, 'Bo');
    node.emit(ready);
    await node.clock.advance(1_000);
    expect(isKnown()).toBe(true);
  });
});

describe('a text from standard input', () => {
  it.each([
    ['hello\n', { ok: true, text: 'hello' }],
    ['two\r\nlines\r\n', { ok: true, text: 'two\r\nlines' }],
    ['', { ok: true, text: '' }],
    [`${'x'.repeat(16_384)}\n`, { ok: true, text: 'x'.repeat(16_384) }],
    ['x'.repeat(16_386), { ok: false, message: 'A message can have at most 16,384 bytes.' }],
    [Buffer.of(0xff), { ok: false, message: "Standard input isn't UTF-8 text." }],
  ])('%#', async (bytes, result) => {
    expect(await readText(Readable.from([Buffer.from(bytes)]))).toEqual(result);
  });
});

describe('[AUTO-1] hallway export and hallway clear', () => {
  async function createJoinedHallway(): Promise<MessagingHallway & { readonly target: CommandTarget }> {
    const node = createMessagingHallway();
    node.join(bo);
    for (const text of ['one', 'two', 'three', 'four', 'five']) await node.receive(bo, text);
    return { ...node, target: ownTarget(node.hallway, never) };
  }

  async function textsOf(messages: AsyncIterable<{ readonly text: string }>): Promise<readonly string[]> {
    const texts: string[] = [];
    for await (const { text } of messages) texts.push(text);
    return texts;
  }

  it('asks for all messages, a page at a time', async () => {
    const { target } = await createJoinedHallway();
    const asked: unknown[] = [];
    const counting: CommandTarget = { ...target, run: (command) => (asked.push(command), target.run(command)) };
    expect(await textsOf(askMessages(counting, { pageSize: 2 }, new AbortController().signal))).toEqual([
      'one',
      'two',
      'three',
      'four',
      'five',
    ]);
    expect(asked).toHaveLength(3);
    expect(await textsOf(askMessages(target, { with: 'Bo' }, new AbortController().signal))).toHaveLength(5);
  });

  it('fails in the middle when it is stopped, or the messages cannot be read any more', async () => {
    const { target, store } = await createJoinedHallway();
    const stopping = new AbortController();
    const stopped = askMessages(target, { pageSize: 2 }, stopping.signal);
    await stopped.next();
    stopping.abort();
    await expect(textsOf(stopped)).rejects.toThrow(NotAnswered);
    store.refuseReads = 'corrupt';
    await expect(textsOf(askMessages(target, {}, new AbortController().signal))).rejects.toThrow("can't be read right now");
    await expect(textsOf(askMessages(target, { with: 'Eva' }, new AbortController().signal))).rejects.toThrow(
      'has ever been here',
    );
  });

  it('deletes what is asked for', async () => {
    const node = await createJoinedHallway();
    const [unknown, cleared] = await Promise.all([askClear(node.target, 'Eva'), askClear(node.target, undefined), node.settle()]);
    expect([unknown, cleared]).toEqual([
      { ok: false, message: 'No one called "Eva" has ever been here.' },
      { ok: true, value: 5 },
    ]);
  });
});
