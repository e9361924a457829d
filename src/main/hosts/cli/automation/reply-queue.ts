/**
 * Commands that may be under way together, and their replies in the order of the commands (rule AUTO-5). So a million messages cost a share
 * of a commit each, not a commit each, and still never more than a few hundred are held in memory.
 */

/** Under way together: as many as fit well into one commit. With the longest texts, some 16 MB. */
export const maxUnderWay = 512;

export interface ReplyQueue {
  /** Starts it, and writes its reply after those of all before it. Settles when there is room for another one. */
  add(start: () => Promise<string>): Promise<void>;
  /** Starts it once all before it are answered, and settles when it is answered itself. */
  addAlone(start: () => Promise<string>): Promise<void>;
  /** Settles when all are answered. */
  answered(): Promise<void>;
}

/** @param reply takes a reply; settles when the reader may be given another one */
export function createReplyQueue(reply: (line: string) => Promise<void>): ReplyQueue {
  const underWay: Promise<void>[] = [];
  let last: Promise<void> = Promise.resolve();

  async function add(start: () => Promise<string>): Promise<void> {
    const before = last;
    const started = start();
    // Whoever waits for the reply hears of it; nobody else need.
    started.catch(() => undefined);
    last = answer(before, started);
    last.catch(() => undefined);
    underWay.push(last);
    if (underWay.length >= maxUnderWay) await underWay.shift();
  }

  async function answer(before: Promise<void>, started: Promise<string>): Promise<void> {
    await before;
    await reply(await started);
  }

  return {
    add,
    async addAlone(start) {
      await last;
      underWay.length = 0;
      await add(start);
      await last;
    },
    answered: () => last,
  };
}
