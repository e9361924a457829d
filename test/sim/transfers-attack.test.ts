/** A peer that lies about files, asks for what is not its own, or sends what nobody asked for. */
import { createHash } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SecureStream } from '../../src/main/core/messaging/ports.ts';
import { createFrameDecoder, encodeFrame, type Frame, type ReceivedFrame } from '../../src/main/core/messaging/wire/frames.ts';
import { pieceBytes } from '../../src/main/core/messaging/wire/transfer-frames.ts';
import { encodeDescription } from '../../src/main/core/transfers/description.ts';
import type { Offer } from '../../src/main/core/transfers/ports.ts';
import { createSeededRandom } from '../fakes/seeded-random.ts';
import { createSimTcp } from '../fakes/sim-tcp.ts';
import { createSimTransport } from '../fakes/sim-transport.ts';
import { nth } from '../scenarios/expectations.ts';
import type { SimNode } from './sim-node.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import { accept, hostOf, mebibyte, meet, offer, sampleBytes, settle, transfersOf } from './transfers-setup.ts';

const soonMs = 1_000;
const fileBytes = 2 * mebibyte;
const gift = { name: 'gift.bin', sizeBytes: fileBytes };
const liesId = '0192a5b0-1111-7abc-9def-0123456789ab';

let world: SimWorld;
let ana: SimNode;
beforeEach(async () => {
  world = createSimWorld({ seed: 'liars', hasFiles: true });
  ana = nth(await meet(world, ['ana', 'bo']), 0);
});
afterEach(() => world.close());

interface Rogue {
  readonly peerId: string;
  /** Opens another stream to Ana, with that purpose. */
  open(purpose?: 'pull' | 'serve'): Promise<Channel>;
}

interface Channel {
  readonly received: ReceivedFrame[];
  readonly end: () => string | undefined;
  say(...frames: readonly Frame[]): Promise<void>;
}

async function addRogue(): Promise<Rogue> {
  const { simHost } = await world.addHost();
  const random = createSeededRandom('rogue');
  const { peerId } = world.signatures.identity('rogue');
  const tcp = await createSimTcp({ clock: world.clock, random: random.fork('tcp'), host: simHost });
  const transport = createSimTransport({ clock: world.clock, random: random.fork('keys'), tcp, peerId });
  return {
    peerId,
    async open(purpose) {
      const endpoint = {
        family: 'ipv4',
        address: ana.host.addressesOf('eth0')[0] ?? '',
        port: ana.record.ready?.event.tcpPort ?? 0,
      } as const;
      const connecting = transport.connect(endpoint, {
        expectedPeerId: ana.peerId,
        deadlineMs: 1_000,
        signal: new AbortController().signal,
      });
      await world.passTime(100);
      const result = await connecting;
      if (!result.ok) throw new Error(`no stream: ${result.end}`);
      const channel = listen(result.stream);
      const hello = { type: 'hello', lowestVersion: 1, highestVersion: 1, capabilities: ['files-1'] } as const;
      await channel.say(purpose === undefined ? hello : { ...hello, purpose });
      return channel;
    },
  };
}

function listen(stream: SecureStream): Channel {
  const received: ReceivedFrame[] = [];
  const decoder = createFrameDecoder();
  let ended: string | undefined;
  stream.onData((bytes) => void received.push(...decoder.push(bytes).frames));
  stream.onEnd((end) => void (ended = end));
  return {
    received,
    end: () => ended,
    async say(...frames) {
      for (const frame of frames) stream.write(encodeFrame(frame));
      await world.passTime(soonMs);
    },
  };
}

/** An offer with a true description, changed as a test likes. */
function lie(change: Partial<Offer> = {}): {
  readonly offer: Offer;
  readonly description: Uint8Array;
  readonly content: Uint8Array;
} {
  const content = sampleBytes(fileBytes, 'lies');
  const chunks = [content.subarray(0, mebibyte), content.subarray(mebibyte)];
  const chunkHashes = Buffer.concat(chunks.map((chunk) => createHash('sha256').update(chunk).digest()));
  const description =
    encodeDescription({ files: [{ path: ['gift.bin'], sizeBytes: fileBytes, modifiedMs: 1 }], chunkHashes }) ?? new Uint8Array(0);
  const contentId = new Uint8Array(createHash('sha256').update(description).digest());
  const files = [gift];
  const honest = { contentId, fileCount: 1, totalBytes: fileBytes, descriptionBytes: description.length, lifeMs: 1e6, files };
  return { offer: { ...honest, ...change }, description, content };
}

/** The rogue offers, Ana accepts, and the rogue opens the connection on which it serves. */
async function startServing(rogue: Rogue, given: Offer): Promise<Channel> {
  const session = await rogue.open();
  const message = { messageId: liesId, sequence: 1, sentAtMs: 1, fromName: 'R', text: 'a gift', offer: given };
  await session.say({ type: 'messages', messages: [message] });
  await accept(world, ana, liesId);
  const connection = await rogue.open('serve');
  return connection;
}

function piecesOf(part: 'description' | 'content', chunk: number, bytes: Uint8Array): readonly Frame[] {
  return Array.from({ length: Math.ceil(bytes.length / pieceBytes) }, (_, index) => ({
    ...{ type: 'piece' as const, transferId: liesId, part, chunk, offset: index * pieceBytes },
    bytes: bytes.slice(index * pieceBytes, (index + 1) * pieceBytes),
  }));
}

function stateOf(node: SimNode): readonly unknown[] {
  const transfer = node.hallway.transfers?.get(liesId);
  return [transfer?.state, transfer?.code];
}

test('[XFER-7] chunks with wrong hashes are never kept, and the transfer fails', async () => {
  const { offer: given, description, content } = lie();
  const connection = await startServing(await addRogue(), given);
  await connection.say(...piecesOf('description', 0, description));
  const wrong = content.slice(0, mebibyte).fill(7);
  for (let round = 0; round < 3; round += 1) await connection.say(...piecesOf('content', 0, wrong));
  const disk = world.diskOf(hostOf(world, ana));
  expect({ state: stateOf(ana), written: disk.writtenChunks, left: disk.leftovers() }).toEqual({
    state: ['failed', 'damaged'],
    written: 0,
    left: [],
  });
});

test.each([
  ['another hash', lie({ contentId: new Uint8Array(32) }).offer],
  ['another number of files', lie({ fileCount: 2, files: [gift, gift] }).offer],
  ['another size', lie({ totalBytes: fileBytes - 1 }).offer],
  ['another name', lie({ files: [{ ...gift, name: 'holiday.jpg' }] }).offer],
  ['another size of a file', lie({ files: [{ ...gift, sizeBytes: 1 }] }).offer],
])('[XFER-5, XFER-41] a description that is not the offered one, with %s, fails the transfer', async (_, given) => {
  const connection = await startServing(await addRogue(), given);
  const { description } = lie();
  await connection.say(...piecesOf('description', 0, description));
  expect({ state: stateOf(ana), paths: world.diskOf(hostOf(world, ana)).paths() }).toEqual({
    state: ['failed', 'damaged'],
    paths: [],
  });
});

test('[XFER-7] pieces out of order, out of range or unasked change nothing, and too many of them close the connection', async () => {
  const { offer: given, description } = lie();
  const connection = await startServing(await addRogue(), given);
  await connection.say(...piecesOf('description', 0, description));
  const piece = nth(piecesOf('content', 0, new Uint8Array(pieceBytes)), 0) as Extract<Frame, { type: 'piece' }>;
  await connection.say(
    { ...piece, chunk: 2 ** 40 },
    { ...piece, offset: 5 },
    { ...piece, part: 'description' },
    { ...piece, chunk: 2 },
  );
  const before = connection.end();
  const flood = Array.from({ length: 64 }, () => ({ ...piece, chunk: 9 }));
  await connection.say(...flood);
  expect({ before, end: connection.end() !== undefined, state: stateOf(ana)[0] }).toEqual({
    before: undefined,
    end: true,
    state: 'waiting',
  });
});

test('[XFER-6] nobody gets what was not offered to them: no read, and a refusal', async () => {
  const disk = world.diskOf(hostOf(world, ana));
  disk.write('/home/secret', sampleBytes(mebibyte, 'secret'));
  const { transferId } = await offer(world, ana, nth(world.nodes, 1), ['/home/secret']);
  const rogue = await addRogue();
  const connection = await rogue.open('pull');
  const asked = { type: 'pull', part: 'content', haveBytes: 0, chunks: [0] } as const;
  await connection.say({ ...asked, transferId }, { ...asked, transferId: liesId });
  expect(connection.received.filter(({ type }) => type === 'piece' || type === 'noPiece')).toEqual([
    { type: 'noPiece', transferId, code: 'other-refused' },
    { type: 'noPiece', transferId: liesId, code: 'other-refused' },
  ]);
  expect(transfersOf(ana).get(transferId)?.state).toBe('offered');
});

test('[XFER-6] a chunk that does not exist fails nothing, and asking for too many closes the connection', async () => {
  const disk = world.diskOf(hostOf(world, ana));
  disk.write('/home/one', sampleBytes(mebibyte, 'one'));
  const rogue = await addRogue();
  const session = await rogue.open();
  await session.say({
    type: 'messages',
    messages: [{ messageId: liesId, sequence: 1, sentAtMs: 1, fromName: 'R', text: 'hello' }],
  });
  const sent = await settle(world, 'it is offered', transfersOf(ana).send(rogue.peerId, ['/home/one']));
  if (!sent.ok) throw new Error(sent.code);
  const { transferId } = sent.transfer;
  const connection = await rogue.open('pull');
  const asked = { type: 'pull', transferId, part: 'content', haveBytes: 0 } as const;
  await connection.say({ ...asked, chunks: [5] });
  const state = transfersOf(ana).get(transferId)?.state;
  await connection.say(...Array.from({ length: 40 }, () => ({ ...asked, chunks: [0, 0, 0, 0] })));
  expect({ state, isClosed: connection.end() !== undefined }).toEqual({ state: 'running', isClosed: true });
});

test('[XFER-6] chunks of a file that is away do not count as asked for in advance', async () => {
  const disk = world.diskOf(hostOf(world, ana));
  disk.write('/home/one', sampleBytes(4 * mebibyte, 'one'));
  const rogue = await addRogue();
  await (
    await rogue.open()
  ).say({
    type: 'messages',
    messages: [{ messageId: liesId, sequence: 1, sentAtMs: 1, fromName: 'R', text: 'hello' }],
  });
  const sent = await settle(world, 'it is offered', transfersOf(ana).send(rogue.peerId, ['/home/one']));
  if (!sent.ok) throw new Error(sent.code);
  disk.remove('/home/one');
  const connection = await rogue.open('pull');
  const asked = { type: 'pull', transferId: sent.transfer.transferId, part: 'content', haveBytes: 0 } as const;
  for (let round = 0; round < 40; round += 1) await connection.say({ ...asked, chunks: [0, 1, 2, 3] });
  expect({ end: connection.end(), state: transfersOf(ana).get(asked.transferId)?.state }).toEqual({
    end: undefined,
    state: 'waiting',
  });
});

test('[XFER-43] a peer that sends no chunk for five minutes makes its transfer wait, whatever else it sends', async () => {
  const { offer: given, description } = lie();
  const connection = await startServing(await addRogue(), given);
  await connection.say(...piecesOf('description', 0, description));
  const states: unknown[] = [];
  for (let second = 0; second < 310; second += 10) {
    await connection.say({ type: 'noPiece', transferId: '0192a5b0-1111-7abc-9def-0123456789ff', code: 'changed' });
    await world.passTime(9_000);
    states.push(stateOf(ana)[0]);
  }
  expect([states[0], states[28], connection.end(), states.includes('waiting')]).toEqual([
    ...['running', 'running', undefined, true],
  ]);
});

test('[XFER-7] refusals of what nobody asked for close the connection', async () => {
  const connection = await startServing(await addRogue(), lie().offer);
  const stray = { type: 'noPiece', transferId: '0192a5b0-1111-7abc-9def-0123456789ff', code: 'changed' } as const;
  await connection.say(...Array.from({ length: 60 }, () => stray));
  const before = connection.end();
  await connection.say(...Array.from({ length: 10 }, () => stray));
  expect([before, connection.end() !== undefined]).toEqual([undefined, true]);
});

test('[FILE-5] only the receiver accepts, and only the two ends change a transfer', async () => {
  world.diskOf(hostOf(world, ana)).write('/home/one', sampleBytes(100, 'one'));
  const { transferId } = await offer(world, ana, nth(world.nodes, 1), ['/home/one']);
  const session = await (await addRogue()).open();
  await session.say({ type: 'transferState', states: [{ transferId, state: 'cancelled' }] });
  const { offer: given } = lie();
  const message = { messageId: liesId, sequence: 1, sentAtMs: 1, fromName: 'R', text: 'a gift', offer: given };
  await session.say(
    { type: 'messages', messages: [message] },
    { type: 'transferState', states: [{ transferId: liesId, state: 'accepted' }] },
  );
  expect([transfersOf(ana).get(transferId)?.state, stateOf(ana)[0]]).toEqual(['offered', 'offered']);
});

test('[FILE-11, FILE-41] offers of an unknown sender wait up to a limit, and a blocked one offers nothing', async () => {
  const rogue = await addRogue();
  const session = await rogue.open();
  const { offer: given } = lie();
  for (let index = 1; index <= 30; index += 1) {
    const messageId = `0192a5b0-1111-7abc-9def-${String(index).padStart(12, '0')}`;
    await session.say({
      type: 'messages',
      messages: [{ messageId, sequence: index, sentAtMs: 1, fromName: 'R', text: 'gift', offer: given }],
    });
  }
  const waiting = transfersOf(ana).list().length;
  ana.hallway.contacts?.setBlocked(rogue.peerId, true);
  await world.passTime(soonMs);
  const blocked = await rogue.open();
  await blocked.say({
    type: 'messages',
    messages: [{ messageId: liesId, sequence: 999, sentAtMs: 1, fromName: 'R', text: 'gift', offer: given }],
  });
  expect({ waiting, after: transfersOf(ana).list().length, messages: (await ana.history(rogue.peerId, 200)).length }).toEqual({
    waiting: 20,
    after: 20,
    messages: 30,
  });
});

test.each(['pull', 'serve'] as const)(
  '[FILE-40, SESS-12] a blocked peer that opens a connection to %s sees a hello, and nothing comes of it',
  async (purpose) => {
    const rogue = await addRogue();
    const session = await rogue.open();
    const message = { messageId: liesId, sequence: 1, sentAtMs: 1, fromName: 'R', text: 'hello' };
    await session.say({ type: 'messages', messages: [message] });
    ana.hallway.contacts?.setBlocked(rogue.peerId, true);
    const connection = await rogue.open(purpose);
    await connection.say({ type: 'pull', transferId: liesId, part: 'content', haveBytes: 0, chunks: [0] });
    await world.passTime(10_000);
    const types = connection.received.map(({ type }) => type);
    expect({ types: [...new Set(types)], end: connection.end() }).toEqual({ types: ['hello'], end: undefined });
    ana.hallway.contacts?.setBlocked(rogue.peerId, false);
    await world.passTime(soonMs);
    expect(connection.end()).toBeDefined();
  },
);
