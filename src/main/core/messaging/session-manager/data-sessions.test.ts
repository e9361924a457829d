/** Connections for files: who opens them, what they carry, and which may not stay. */
import { describe, expect, test } from 'vitest';
import { assertNothingLeft } from '../../../../../test/fakes/leak-check.ts';
import { createSimStreams, type SimStreams } from '../../../../../test/fakes/sim-streams.ts';
import { addNode, introduce, nowhere, type Node } from '../../../../../test/fixtures/session-nodes.ts';
import { createFrameDecoder, encodeFrame, type ReceivedFrame } from '../wire/frames.ts';
import type { DataSessionEvent } from './data-sessions.ts';

const noPiece = { type: 'noPiece', transferId: '0192a5b0-1111-7abc-9def-0123456789ab', code: 'vanished' } as const;

interface FileNode extends Node {
  readonly dataEvents: readonly DataSessionEvent[];
}

/** Nodes that take files and know one another. */
async function make(world: SimStreams, ...names: readonly string[]): Promise<FileNode[]> {
  const nodes: FileNode[] = [];
  for (const name of names) nodes.push(await addFileNode(world, name, true));
  introduce(nodes);
  return nodes;
}

async function addFileNode(world: SimStreams, name: string, takesFiles: boolean): Promise<FileNode> {
  const node = await addNode(world, name, name, { takesFiles });
  const dataEvents: DataSessionEvent[] = [];
  node.sessions.data.subscribe((event) => dataEvents.push(event));
  return { ...node, dataEvents };
}

async function makeTwo(world: SimStreams): Promise<[FileNode, FileNode]> {
  return (await make(world, 'ana', 'bo')) as [FileNode, FileNode];
}

/** The node dies without a word, starts anew, and dials. */
async function afterPowerFailure(world: SimStreams, node: Node, called: Node): Promise<Node> {
  node.tcp.switchOff();
  await node.stop();
  const reborn = await addNode(world, 'bo', 'bo again', { takesFiles: true });
  introduce([called, reborn]);
  void reborn.sessions.data.open(called.peerId);
  return reborn;
}

function told({ dataEvents }: FileNode): readonly string[] {
  return dataEvents.map(({ type, direction }) => `${type} ${direction}`);
}

/** Says that hello on a stream of its own, as a peer of another version may. */
async function callWith(world: SimStreams, caller: Node, called: Node, hello: { capabilities: string[]; purpose: string }) {
  const connecting = caller.transport.connect(called.endpoint(called.sessions.tcpPort()), {
    ...{ expectedPeerId: called.peerId, deadlineMs: 1_000, signal: new AbortController().signal },
  });
  await world.clock.advance(20);
  const result = await connecting;
  if (!result.ok) throw new Error(`no stream: ${result.end}`);
  const decoder = createFrameDecoder();
  const frames: ReceivedFrame[] = [];
  result.stream.onData((bytes) => frames.push(...decoder.push(bytes).frames));
  result.stream.onEnd(() => undefined);
  void result.stream.write(encodeFrame({ type: 'hello', lowestVersion: 1, highestVersion: 1, ...hello }));
  await world.clock.advance(100);
  return frames;
}

describe('a connection for files', () => {
  test('[XFER-11] is opened by the receiver, once for all that ask', async () => {
    const world = createSimStreams('data');
    const [ana, bo] = await makeTwo(world);
    const asked = Promise.all([ana.sessions.data.open(bo.peerId), ana.sessions.data.open(bo.peerId)]);
    await world.clock.advance(100);
    const [first, second] = await asked;
    const again = await ana.sessions.data.open(bo.peerId);
    expect(first).toEqual({ ok: true, session: ana.sessions.data.current(bo.peerId, 'in') });
    expect([second, again]).toEqual([first, first]);
    expect([told(ana), told(bo), ana.tcp.openConnections]).toEqual([['opened in'], ['opened out'], 1]);
  });

  test('[XFER-11] is opened by the sender if the receiver cannot, and no second one while it is there', async () => {
    const world = createSimStreams('data');
    const [ana, bo] = await makeTwo(world);
    ana.addresses.clear();
    const asked = await ana.sessions.data.open(bo.peerId);
    bo.sessions.data.serve(ana.peerId);
    bo.sessions.data.serve(ana.peerId);
    await world.clock.advance(100);
    bo.sessions.data.serve(ana.peerId);
    await world.clock.advance(100);
    expect(asked).toEqual({ ok: false, reason: 'no-address', retryAfterMs: Infinity });
    expect([told(ana), told(bo), bo.tcp.openConnections]).toEqual([['opened in'], ['opened out'], 1]);
    expect(await ana.sessions.data.open(bo.peerId)).toMatchObject({ ok: true });
  });

  test('[XFER-11] that both ends open at once is one, and the same at both', async () => {
    const world = createSimStreams('data');
    const [ana, bo] = await makeTwo(world);
    const asked = ana.sessions.data.open(bo.peerId);
    bo.sessions.data.serve(ana.peerId);
    await world.clock.advance(2_000);
    expect(await asked).toMatchObject({ ok: true });
    const [into, out] = [ana.sessions.data.current(bo.peerId, 'in'), bo.sessions.data.current(ana.peerId, 'out')];
    out?.send(noPiece);
    await world.clock.advance(100);
    expect(ana.dataEvents.at(-1)).toEqual({ type: 'frame', direction: 'in', session: into, frame: noPiece });
    expect([into?.isOutgoing, out?.isOutgoing, ana.tcp.openConnections]).toEqual([
      ana.peerId < bo.peerId,
      bo.peerId < ana.peerId,
      1,
    ]);
  });

  test('goes each way for itself, beside the one for messages', async () => {
    const world = createSimStreams('data');
    const [ana, bo] = await makeTwo(world);
    ana.sessions.open(bo.peerId);
    void ana.sessions.data.open(bo.peerId);
    void bo.sessions.data.open(ana.peerId);
    await world.clock.advance(200);
    expect([told(ana).toSorted(), told(bo).toSorted(), ana.tcp.openConnections]).toEqual([
      ['opened in', 'opened out'],
      ['opened in', 'opened out'],
      3,
    ]);
  });

  test('closes when it carries something else', async () => {
    const world = createSimStreams('data');
    const [ana, bo] = await makeTwo(world);
    void ana.sessions.data.open(bo.peerId);
    await world.clock.advance(100);
    ana.sessions.data.current(bo.peerId, 'in')?.send({ type: 'typing', isTyping: true });
    await world.clock.advance(100);
    expect([told(ana), told(bo)]).toEqual([
      ['opened in', 'closed in'],
      ['opened out', 'closed out'],
    ]);
    expect([bo.events, bo.sessions.data.current(ana.peerId, 'out')]).toEqual([[], undefined]);
  });

  test.each([
    ['for a purpose of a later version', { capabilities: ['files-1'], purpose: 'mirror' }],
    ['from a peer that takes no files', { capabilities: ['rooms-1'], purpose: 'pull' }],
  ])('%s is refused by name', async (_what, hello) => {
    const world = createSimStreams('data');
    const [ana, bo] = await makeTwo(world);
    const heard = await callWith(world, bo, ana, hello);
    expect(heard.at(-1)).toEqual({ type: 'bye', reason: 'unexpected' });
    expect([told(ana), ana.events, ana.tcp.openConnections]).toEqual([[], [], 0]);
  });

  test('is not left with a peer that takes no files: the one who asked is told why', async () => {
    const world = createSimStreams('data');
    const [ana, bo] = [await addFileNode(world, 'ana', true), await addFileNode(world, 'bo', false)];
    introduce([ana, bo]);
    const asked = ana.sessions.data.open(bo.peerId);
    await world.clock.advance(100);
    expect(await asked).toMatchObject({ ok: false, reason: 'unexpected' });
    expect([told(ana), ana.tcp.openConnections]).toEqual([[], 0]);
  });

  test('[SESS-13] that failed is tried again after a delay, or at once after news of the peer', async () => {
    const world = createSimStreams('data');
    const [ana, bo] = await makeTwo(world);
    const right = ana.addresses.get(bo.peerId) ?? [];
    ana.addresses.set(bo.peerId, [bo.endpoint(9)]);
    const failing = ana.sessions.data.open(bo.peerId);
    await world.clock.advance(100);
    ana.addresses.set(bo.peerId, right);
    const early = await ana.sessions.data.open(bo.peerId);
    ana.sessions.heard(bo.peerId);
    const later = ana.sessions.data.open(bo.peerId);
    await world.clock.advance(100);
    expect([await failing, early, await later]).toMatchObject([
      { ok: false, reason: 'refused' },
      { ok: false, reason: 'backing-off' },
      { ok: true },
    ]);
  });

  test('of a peer whose power failed is replaced when it dials again', async () => {
    const world = createSimStreams('data');
    const [ana, bo] = await makeTwo(world);
    void bo.sessions.data.open(ana.peerId);
    await world.clock.advance(100);
    await afterPowerFailure(world, bo, ana);
    await world.clock.advance(100);
    expect(told(ana)).toEqual(['opened out', 'closed out', 'opened out']);
    expect(ana.sessions.data.current(bo.peerId, 'out')?.hasEnded).toBe(false);
  });
});

describe('a blocked peer', () => {
  test('[SESS-12] is neither asked for files nor served', async () => {
    const world = createSimStreams('data');
    const [ana, bo] = await makeTwo(world);
    ana.blocked.add(bo.peerId);
    ana.sessions.data.serve(bo.peerId);
    await world.clock.advance(1_000);
    expect(await ana.sessions.data.open(bo.peerId)).toEqual({ ok: false, reason: 'blocked', retryAfterMs: Infinity });
    expect([told(bo), ana.tcp.openConnections]).toEqual([[], 0]);
  });

  test('[SESS-12] has a connection that leads nowhere, until it is unblocked', async () => {
    const world = createSimStreams('data');
    const [ana, bo] = await makeTwo(world);
    ana.blocked.add(bo.peerId);
    void bo.sessions.data.open(ana.peerId);
    await world.clock.advance(100);
    bo.sessions.data.current(ana.peerId, 'in')?.send(noPiece);
    await world.clock.advance(100);
    expect([told(ana), told(bo), ana.sessions.data.current(bo.peerId, 'out')]).toEqual([[], ['opened in'], undefined]);
    ana.blocked.delete(bo.peerId);
    ana.sessions.decided(bo.peerId);
    await world.clock.advance(100);
    void bo.sessions.data.open(ana.peerId);
    await world.clock.advance(100);
    expect([told(ana), told(bo)]).toEqual([['opened out'], ['opened in', 'closed in', 'opened in']]);
  });

  test('[SESS-12] may dial again after a power failure, and its old connection does not stay', async () => {
    const world = createSimStreams('data');
    const [ana, bo] = await makeTwo(world);
    ana.blocked.add(bo.peerId);
    void bo.sessions.data.open(ana.peerId);
    await world.clock.advance(100);
    const reborn = await afterPowerFailure(world, bo, ana);
    await world.clock.advance(5_000);
    expect([told(ana), ana.tcp.openConnections, reborn.sessions.data.current(ana.peerId, 'in')?.hasEnded]).toEqual([
      [],
      1,
      false,
    ]);
  });

  test('[SESS-5] loses its connections for files at once, and others keep theirs', async () => {
    const world = createSimStreams('data');
    const [ana, bo, cleo] = (await make(world, 'ana', 'bo', 'cleo')) as [FileNode, FileNode, FileNode];
    void ana.sessions.data.open(bo.peerId);
    void bo.sessions.data.open(ana.peerId);
    void ana.sessions.data.open(cleo.peerId);
    await world.clock.advance(100);
    ana.blocked.add(bo.peerId);
    ana.sessions.decided(bo.peerId);
    await world.clock.advance(2_000);
    const left = [bo, cleo].map(({ peerId }) => ana.sessions.data.current(peerId, 'in') !== undefined);
    expect([left, told(cleo), told(bo).toSorted()]).toEqual([
      [false, true],
      ['opened out'],
      ['closed in', 'closed out', 'opened in', 'opened out'],
    ]);
  });
});

test('[SESS-16] peers that are not listed have eight connections for files, and the oldest one makes room', async () => {
  const world = createSimStreams('data');
  const [ana] = (await make(world, 'ana')) as [FileNode];
  const strangers: FileNode[] = [];
  for (let number = 0; number < 9; number += 1) {
    const stranger = await addFileNode(world, `stranger ${number}`, true);
    stranger.addresses.set(ana.peerId, [ana.endpoint(ana.sessions.tcpPort())]);
    strangers.push(stranger);
    void stranger.sessions.data.open(ana.peerId);
    await world.clock.advance(100);
  }
  const isOpen = strangers.map(({ peerId }) => ana.sessions.data.current(peerId, 'out') !== undefined);
  expect(isOpen).toEqual([false, ...Array<boolean>(8).fill(true)]);
});

test('[SESS-15] stopping ends the connections for files and the dialing for them, and none is opened again', async () => {
  const world = createSimStreams('data');
  const [ana, bo, cleo] = (await make(world, 'ana', 'bo', 'cleo')) as [FileNode, FileNode, FileNode];
  void ana.sessions.data.open(bo.peerId);
  await world.clock.advance(100);
  ana.blocked.add(cleo.peerId);
  void cleo.sessions.data.open(ana.peerId);
  await world.clock.advance(100);
  ana.blocked.delete(cleo.peerId);
  ana.addresses.set(cleo.peerId, [nowhere]);
  const asked = ana.sessions.data.open(cleo.peerId);
  const stopping = ana.stop();
  await world.clock.advance(2_000);
  await stopping;
  ana.sessions.data.serve(bo.peerId);
  await world.clock.advance(1_000);
  expect([await asked, await ana.sessions.data.open(bo.peerId)]).toEqual([
    { ok: false, reason: 'stopped', retryAfterMs: Infinity },
    { ok: false, reason: 'stopped', retryAfterMs: Infinity },
  ]);
  expect([told(bo), told(cleo)]).toEqual([
    ['opened out', 'closed out'],
    ['opened in', 'closed in'],
  ]);
  await Promise.all([bo.stop(), cleo.stop(), world.clock.advance(2_000)]);
  await world.clock.advance(30_000);
  for (const { tcp } of [ana, bo, cleo]) tcp.switchOff();
  assertNothingLeft({ clock: world.clock, hosts: world.lan.hosts() });
});
