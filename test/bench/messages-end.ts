/**
 * One end of the bench of messages, as a process of its own: `messages.ts` forks two for each contender and tells them what to do. A sender
 * is given a receiver's address, and measures; a receiver counts what arrives, in order, and how long each took.
 */
import { startContender, windowSize } from './messages-contenders.ts';
import type { Answer, EndOptions, Order, RoomEndOptions } from './messages-orders.ts';
import { startRoomContender } from './rooms-contenders.ts';

/** Memory is looked at this often. */
const memoryEveryMs = 200;

const options = JSON.parse(process.argv[2] ?? '{}') as EndOptions | RoomEndOptions;
const arrivals = createArrivals();
const end = await ('receivers' in options ? startRoomContender({ options, arrivals }) : startContender({ options, arrivals }));
say({ answer: 'ready', address: end.address });
process.on('message', (order: Order) => void obey(order));

async function obey(order: Order): Promise<void> {
  switch (order.order) {
    case 'connect':
      await end.connect?.(order.address);
      return say({ answer: 'connected' });
    case 'rush':
    case 'flood':
      return say({ answer: 'sent', elapsedMs: await rush(order.count, order.order === 'rush') });
    case 'drip':
      return say({ answer: 'sent', elapsedMs: await drip(order) });
    case 'report':
      return say({ answer: 'report', ...arrivals.report() });
    case 'stop':
      await end.stop();
      say({ answer: 'stopped' });
      process.disconnect();
  }
}

/** @returns until everything was acknowledged, in milliseconds */
function rush(count: number, isBounded: boolean): Promise<number> {
  const startedMs = performance.now();
  const { pour, send } = end;
  if (pour) return pour(count).then(() => performance.now() - startedMs);
  return new Promise((resolve, reject) => {
    let sent = 0;
    let accepting = 0;
    let acknowledged = 0;
    const onAcknowledged = (): void => {
      acknowledged += 1;
      if (acknowledged === count) resolve(performance.now() - startedMs);
      else if (isBounded) go();
    };
    const waiting = (): number => (isBounded ? sent - acknowledged : accepting);
    const go = (): void => {
      while (sent < count && waiting() < windowSize) {
        const accepted = send?.(textOf(sent), onAcknowledged);
        sent += 1;
        accepting += 1;
        if (accepted) accepted.then(() => ((accepting -= 1), isBounded || go()), reject);
        else accepting -= 1;
      }
    };
    go();
  });
}

async function drip({ count, gapMs }: { readonly count: number; readonly gapMs: number }): Promise<number> {
  const startedMs = performance.now();
  let acknowledged = 0;
  for (let index = 0; index < count; index += 1) {
    await new Promise((resolve) => setTimeout(resolve, gapMs));
    void end.send?.(textOf(index, nowMs()), () => (acknowledged += 1));
  }
  while (acknowledged < count) await new Promise((resolve) => setTimeout(resolve, 1));
  return performance.now() - startedMs;
}

/** A number, perhaps a time, and filler. */
function textOf(index: number, stampMs?: number): string {
  return `${index} ${stampMs ?? ''} `.padEnd(options.sizeBytes, 'x');
}

/** The clock of the machine, the same in every process. */
function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function createArrivals() {
  let arrived = 0;
  let expected = 0;
  let outOfOrder = 0;
  let latenciesMs: number[] = [];
  let memoryBytes = 0;
  let processor = process.cpuUsage();
  setInterval(() => (memoryBytes = Math.max(memoryBytes, process.memoryUsage.rss())), memoryEveryMs).unref();
  return {
    add(text: string): void {
      const [index, stamp] = text.split(' ', 2);
      arrived += 1;
      if (Number(index) !== expected) outOfOrder += 1;
      expected = Number(index) + 1;
      if (stamp) latenciesMs.push(nowMs() - Number(stamp));
    },
    addMany(count: number): void {
      arrived += count;
    },
    report() {
      const { user, system } = process.cpuUsage(processor);
      const report = { arrived, outOfOrder, latenciesMs, memoryBytes, processorMs: (user + system) / 1_000 };
      arrived = 0;
      expected = 0;
      outOfOrder = 0;
      latenciesMs = [];
      memoryBytes = process.memoryUsage.rss();
      processor = process.cpuUsage();
      return report;
    },
  };
}

function say(answer: Answer): void {
  process.send?.(answer);
}
