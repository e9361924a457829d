/**
 * A process that opens a message store and does one thing with it, for tests that need a real process: one that is killed, one that has the file, one
 * whose disk is full or read-only. Prints a line of JSON for each thing done. Usage: `store-process.ts TASK PATH [SEED]`:
 * - `report`: what had to be given up, what can be read, whether a message can be kept
 * - `hold`: opens, says so, and keeps the file until its input ends
 * - `fill`: adds messages until the store refuses; then removes the file `ballast` beside it, and once more
 * - `crash`: adds three messages and dies, leaving everything as it is
 * - `write`: writes batches for ever, and says after each what it kept
 */
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate as turn } from 'node:timers/promises';
import { StoreError, type MessageStore } from '../../src/main/core/messaging/ports.ts';
import { openMessageStore } from '../../src/main/node/storage/database/message-store.ts';
import { createSystemClock } from '../../src/main/node/system/clock.ts';
import { createSeededRandom } from './seeded-random.ts';
import { ana, ben, incoming, messageId, outgoing } from '../contract/store/sample-messages.ts';

/** What `report` prints. */
export interface StoreReport {
  /** Codes: of the one problem for which it did not open, or of what had to be given up. */
  readonly opened: boolean;
  readonly problems: readonly string[];
  /** Their beginnings. */
  readonly texts: readonly string[];
  readonly found: number;
  /** `kept`, or the code of the StoreError. */
  readonly write: string;
}

/** What `fill` prints, each time that the store refuses. */
export interface FillReport {
  /** Messages that a batch was committed with, all in all. */
  readonly kept: number;
  readonly refused: StoreError['code'];
  /** That can be read afterwards. */
  readonly readable: number;
  readonly found: number;
}

/** What `write` prints after each batch: everything up to there is kept. */
export interface WriteReport {
  /** Ids up to this number were added, odd ones by us and even ones by others. */
  readonly through: number;
  /** Of our own, up to this number, are delivered. */
  readonly deliveredThrough: number;
}

/** Messages of one batch of `fill`: large ones, so that a small disk is full soon. */
const fillBatch = 5;
const fillText = 'filling '.repeat(200);

const clock = createSystemClock();

async function main(): Promise<void> {
  const [task = '', path = '', seed = '0'] = process.argv.slice(2);
  const result = await openMessageStore(path, { clock });
  if (task === 'report')
    return print(
      result.ok
        ? report(
            result.store,
            result.problems.map(({ code }) => code),
          )
        : unopened(result.problem.code),
    );
  if (!result.ok) throw new Error(result.problem.title);
  switch (task) {
    case 'hold':
      return hold(result.store);
    case 'fill':
      return fill(result.store, join(dirname(path), 'ballast'));
    case 'crash':
      return crash(result.store);
    case 'write':
      return write(result.store, seed);
    default:
      throw new Error(`unknown task ${task}`);
  }
}

function report(store: MessageStore, problems: readonly string[]): StoreReport {
  const texts = Array.from(store.exportMessages(), ({ text }) => text.slice(0, 20));
  const found = store.search('message', { limit: 1_000 }).length;
  const outcome = attempt(() => store.addIncoming(incoming(60_000, ben))) ?? 'kept';
  store.close();
  return { opened: true, problems, texts, found, write: outcome };
}

function unopened(code: string): StoreReport {
  return { opened: false, problems: [code], texts: [], found: 0, write: '' };
}

async function hold(store: MessageStore): Promise<void> {
  addThree(store);
  print({ kept: 3 });
  for await (const _line of createInterface(process.stdin));
  store.close();
}

function crash(store: MessageStore): void {
  addThree(store);
  process.kill(process.pid, 'SIGKILL');
}

function addThree(store: MessageStore): void {
  for (let number = 1; number <= 3; number += 1) store.addIncoming(incoming(number, ana));
}

function fill(store: MessageStore, ballast: string): void {
  let kept = 0;
  const addBatch = (): void =>
    store.batch(() => {
      for (let number = kept + 1; number <= kept + fillBatch; number += 1) {
        store.addIncoming(incoming(number, ana, { text: `${fillText} ${number}` }));
      }
    });
  const fillUp = (): void => {
    let refused = attempt(addBatch);
    for (; refused === undefined; refused = attempt(addBatch)) kept += fillBatch;
    const readable = Array.from(store.exportMessages()).length;
    print({ kept, refused, readable, found: store.search('filling', { limit: 100_000 }).length } satisfies FillReport);
  };
  fillUp();
  rmSync(ballast, { force: true });
  fillUp();
  store.close();
}

async function write(store: MessageStore, seed: string): Promise<void> {
  const random = createSeededRandom(seed);
  let through = Array.from(store.exportMessages()).length;
  let deliveredThrough = 0;
  for (;;) {
    const last = through + 1 + Math.floor(random.fraction() * 60);
    const delivered = Math.floor(random.fraction() * through);
    store.batch(() => {
      for (let number = through + 1; number <= last; number += 1) {
        if (number % 2 === 0)
          store.addIncoming(incoming(number, ana, { text: `message ${number} ${'word '.repeat(number % 50)}` }));
        else store.addOutgoing(outgoing(number, ben));
      }
      for (let number = deliveredThrough + 1; number <= delivered; number += 1) store.setState(messageId(number), 'delivered');
    });
    through = last;
    deliveredThrough = Math.max(deliveredThrough, delivered);
    print({ through, deliveredThrough } satisfies WriteReport);
    // So that indexing and writing through, which are done by timers, are interrupted too.
    if (random.fraction() < 0.05) await new Promise((resolve) => setTimeout(resolve, random.fraction() * 400));
    else await turn();
  }
}

/** @returns the code of the StoreError, if there was one */
function attempt(act: () => unknown): StoreError['code'] | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof StoreError) return error.code;
    throw error;
  }
}

function print(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

await main();
