/**
 * The contract of every Link, as one suite for the in-memory pair, Electron's IPC and the
 * WebSocket. Calls and events are left to rpc.ts, which works over any Link.
 */
import { afterEach, describe, expect, test } from 'vitest';
import type { Link, Unsubscribe } from '../../../src/shared/rpc/link.ts';

/** Both ends of an open pipe. */
export interface LinkPair {
  /** The user interface's end; the same object while the pair lives. */
  readonly page: Link;
  /** The core's end of the current connection. A reconnection may create another. */
  core(): Link;
  /**
   * Breaks the connection, and resolves when both ends know. Absent if it cannot break while the
   * page lives.
   */
  readonly interrupt?: () => Promise<void>;
  /** Reconnects, and resolves when both ends are open. */
  readonly restore?: () => Promise<void>;
  close(): Promise<void>;
}

const values: readonly unknown[] = [
  null,
  0,
  -1.5,
  '',
  'Ana \u202e אבג 佐藤 👩‍💻',
  'a lone \ud800 surrogate',
  true,
  [],
  {},
  { nested: [{ deep: [1, [2, [3]]] }], empty: null, 'a key': '\u0000\n"\\' },
];

/** Larger than any buffer on the path: 1 MiB, many times our longest message. */
const longText = 'ä'.repeat(512 * 1024);

export function describeLink(name: string, createPair: () => Promise<LinkPair>): void {
  describe(`Link: ${name}`, () => {
    let pair: LinkPair | undefined;
    afterEach(async () => {
      await pair?.close();
      pair = undefined;
    });
    async function open(): Promise<LinkPair> {
      pair = await createPair();
      return pair;
    }

    test('[LINK-1] an open link emits open at once, at both ends', async () => {
      const { page, core } = await open();
      let said = 0;
      page.onOpen(() => (said += 1));
      core().onOpen(() => (said += 1));
      expect(said).toBe(2);
    });

    test.each(['page to core', 'core to page'] as const)(
      '[LINK-1] values arrive unchanged and in order, %s',
      async (direction) => {
        const { page, core } = await open();
        const [from, to] = direction === 'page to core' ? [page, core()] : [core(), page];
        const arrived = collect(to, values.length);
        for (const value of values) from.send({ value });
        expect(await arrived).toEqual(values.map((value) => ({ value })));
      },
    );

    test('[LINK-1] a long message and a thousand short ones arrive whole and in order', async () => {
      const { page, core } = await open();
      const numbers = Array.from({ length: 1_000 }, (_, number) => ({ number }));
      const arrived = collect(page, 1_001);
      core().send({ longText });
      for (const number of numbers) core().send(number);
      expect(await arrived).toEqual([{ longText }, ...numbers]);
    });

    test('[LINK-1] every listener receives every message until it unsubscribes, and unsubscribing twice is harmless', async () => {
      const { page, core } = await open();
      const heard: string[] = [];
      const listener = (message: unknown): void => void heard.push(JSON.stringify(message));
      const undo = page.onMessage(listener);
      page.onMessage(listener);
      await exchange(core(), page, 'one');
      undo();
      undo();
      await exchange(core(), page, 'two');
      expect(heard).toEqual(['"one"', '"one"', '"two"']);
    });

    test('[LINK-1] a listener may unsubscribe during a call', async () => {
      const { page, core } = await open();
      const heard: unknown[] = [];
      const undo: Unsubscribe = core().onMessage((message) => {
        heard.push(message);
        undo();
      });
      await exchange(page, core(), 'one');
      await exchange(page, core(), 'two');
      expect(heard).toEqual(['one']);
    });

    test('[LINK-1] a broken link emits close once at both ends, drops messages, and works again after it is restored', async (context) => {
      const { page, core, interrupt, restore } = await open();
      if (interrupt === undefined || restore === undefined) {
        return context.skip('this link lives exactly as long as its page: there is nothing to interrupt');
      }
      const emitted: string[] = [];
      page.onOpen(() => emitted.push('page open'));
      page.onClose(() => emitted.push('page closed'));
      core().onClose(() => emitted.push('core closed'));
      const oldCore = core();
      await interrupt();
      page.send('lost');
      oldCore.send('lost');
      await restore();
      expect([emitted.toSorted(), await exchange(page, core(), 'there'), await exchange(core(), page, 'back')]).toEqual([
        ['core closed', 'page closed', 'page open', 'page open'],
        ['there'],
        ['back'],
      ]);
    });

    test('[LINK-1] sending after close throws nothing', async () => {
      const { page, core, close } = await open();
      const oldCore = core();
      pair = undefined;
      await close();
      expect(() => {
        page.send('late');
        oldCore.send('late');
      }).not.toThrow();
    });
  });
}

/** The next `count` messages. */
function collect(link: Link, count: number): Promise<unknown[]> {
  return new Promise((resolve) => {
    const messages: unknown[] = [];
    const undo = link.onMessage((message) => {
      messages.push(message);
      if (messages.length < count) return;
      undo();
      resolve(messages);
    });
  });
}

/** Sends one message, and waits until it or an earlier one has arrived. */
function exchange(from: Link, to: Link, message: unknown): Promise<unknown[]> {
  const arrived = collect(to, 1);
  from.send(message);
  return arrived;
}
