/**
 * One end of the bench of files: a whole node in a process of its own, which `files.ts` tells what
 * to do. A receiver accepts every offer.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { startNode } from '../../src/main/hosts/start-node.ts';
import type { FilesAnswer, FilesEndOptions, FilesOrder } from './files-orders.ts';

/** Memory is looked at this often. */
const memoryEveryMs = 50;

const options = JSON.parse(process.argv[2] ?? '{}') as FilesEndOptions;
const arriving = join(options.folder, 'arriving');
mkdirSync(arriving, { recursive: true });
const started = await startNode({
  log: { write: () => undefined },
  profileDirectory: join(options.folder, 'profile'),
  name: options.role,
  presence: { interfaces: [options.interfaceName], port: options.port },
});
if (!started.ok) throw new Error(JSON.stringify(started));
const { node } = started;
const { hallway } = node;
const { messages, transfers } = hallway;
if (!messages || !transfers) throw new Error('it sends no files');

let peerId = '';
let latenciesMs: number[] = [];
let stopDrip: () => void = () => undefined;
let idleBytes = process.memoryUsage.rss();
let mostBytes = idleBytes;
let processor = process.cpuUsage();
setInterval(() => (mostBytes = Math.max(mostBytes, process.memoryUsage.rss())), memoryEveryMs).unref();

hallway.subscribe((event) => {
  if (event.type !== 'message' || event.message.from === hallway.profile.self().peerId) return;
  const stampMs = Number(event.message.text.split(' ')[1]);
  if (event.message.text.startsWith('drip ')) latenciesMs.push(nowMs() - stampMs);
});
transfers.subscribe(({ transfer }) => {
  if (transfer.state === 'offered' && options.role === 'receiver') void transfers.accept(transfer.transferId, arriving);
});

say({ answer: 'ready', peerId: hallway.profile.self().peerId });
process.on('message', (order: FilesOrder) => void obey(order));

async function obey(order: FilesOrder): Promise<void> {
  switch (order.order) {
    case 'meet':
      ({ peerId } = order);
      while (!hallway.presence.peers().some((peer) => peer.peerId === peerId)) await pause(10);
      return say({ answer: 'met' });
    case 'send':
      return say(await send(order.paths));
    case 'drip': {
      const timer = setInterval(() => void messages?.send(peerId, `drip ${nowMs()}`), order.gapMs);
      stopDrip = () => clearInterval(timer);
      return say({ answer: 'dripping' });
    }
    case 'quiet':
      stopDrip();
      say({ answer: 'heard', latenciesMs });
      latenciesMs = [];
      return;
    case 'report':
      return report();
    case 'stop':
      await node.stop();
      say({ answer: 'stopped' });
      process.disconnect();
  }
}

async function send(paths: readonly string[]): Promise<FilesAnswer> {
  const askedMs = nowMs();
  const sent = await transfers?.send(peerId, paths);
  if (!sent?.ok) throw new Error(JSON.stringify(sent));
  const offeredMs = nowMs();
  for (;;) {
    const { state, code } = transfers?.get(sent.transfer.transferId) ?? {};
    if (state === 'done') return { answer: 'sent', askedMs, offeredMs, doneMs: nowMs() };
    if (state === 'failed' || state === 'declined' || state === 'cancelled') throw new Error(`${state}: ${code}`);
    await pause(2);
  }
}

function report(): void {
  const { user, system } = process.cpuUsage(processor);
  say({ answer: 'report', idleBytes, mostBytes, processorMs: (user + system) / 1_000 });
  processor = process.cpuUsage();
  idleBytes = process.memoryUsage.rss();
  mostBytes = idleBytes;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** The clock of the machine, the same in every process. */
function nowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

function say(answer: FilesAnswer): void {
  process.send?.(answer);
}
