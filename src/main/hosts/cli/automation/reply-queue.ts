/**
 * Runs several commands at once and writes their replies in the order of the commands (rule
 * AUTO-5). So a million messages share their commits, and never more than a few hundred are in
 * memory.
 */

/** Commands at once: as many as fit well into one commit. With the longest texts, some 16 MB. */
export const maxConcurrent = 512;

export interface ReplyQueue {
  /**
   * Starts a command and writes its reply after all earlier ones. Settles when there is room for
   * another.
   */
  add(start: () => Promise<string>): Promise<void>;
  /** Starts a command after all earlier replies, and settles after its own. */
  addAlone(start: () => Promise<string>): Promise<void>;
  /** Settles when every command has its reply. */
  answered(): Promise<void>;
}

/** @param reply writes a reply, and settles when the reader can take another */
export function createReplyQueue(reply: (line: string) => Promise<void>): ReplyQueue {
  const running: Promise<void>[] = [];
  let last: Promise<void> = Promise.resolve();

  async function add(start: () => Promise<string>): Promise<void> {
    const before = last;
    const started = start();
    // The caller that waits for the reply gets the error.
    started.catch(() => undefined);
    last = answer(before, started);
    last.catch(() => undefined);
    running.push(last);
    if (running.length >= maxConcurrent) await running.shift();
  }

  async function answer(before: Promise<void>, started: Promise<string>): Promise<void> {
    await before;
    await reply(await started);
  }

  return {
    add,
    async addAlone(start) {
      await last;
      running.length = 0;
      await add(start);
      await last;
    },
    answered: () => last,
  };
}
