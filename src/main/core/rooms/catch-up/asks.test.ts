/** Wants and their answers, right and wrong ones. */
import { afterEach, describe, expect, test } from 'vitest';
import { createCatchUpWorld, room, type CatchUpWorld, type WorldNode } from '../../../../../test/fixtures/catch-up-world.ts';
import type { RoomFrame } from '../../messaging/wire/frames.ts';

let world: CatchUpWorld;

afterEach(() => world.close());

function make(seed: string, ...names: readonly string[]): readonly WorldNode[] {
  world = createCatchUpWorld(seed);
  return names.map(world.add);
}

function sayMany(node: WorldNode, blocks: number): string {
  for (let index = 0; index < blocks; index += 1) node.say(['x'], { ms: 20_000 + 10 * index });
  return [...node.logs.keys()][0] ?? '';
}

function frames<Type extends RoomFrame['type']>(from: string, type: Type): readonly Extract<RoomFrame, { type: Type }>[] {
  return world.sent
    .filter((one) => one.from === from)
    .flatMap(({ frame }) => (frame.type === type ? [frame as Extract<RoomFrame, { type: Type }>] : []));
}

describe('blocks', () => {
  test('[ROOM-99] that came are named in `taken`', async () => {
    const [ana, bo] = make('taken', 'Ana', 'Bo') as [WorldNode, WorldNode];
    sayMany(ana, 3);
    const hashes = [...ana.logs.values()].flatMap(({ counted }) =>
      counted.map(({ hash }) => Buffer.from(hash.subarray(0, 8)).toString('hex')),
    );
    world.beacons();
    await world.clock.advance(4_000);
    expect(frames(bo.name, 'taken')).toEqual([{ type: 'taken', hashes }]);
  });

  test('[ROOM-99] that nobody wanted close the session', async () => {
    const [ana, bo] = make('unasked', 'Ana', 'Bo') as [WorldNode, WorldNode];
    const { bytes } = ana.say(['x']);
    bo.catchUp.onFrame(ana.peerId, { type: 'blocks', room, id: 3, blocks: [bytes] });
    world.beacons();
    ana.liesFrame = (_to, frame) => {
      if (frame.type === 'end' && frame.id > 0) return { type: 'blocks', room, id: frame.id, blocks: [bytes] };
      return frame;
    };
    await world.clock.advance(4_000);
    expect({ kept: bo.kept.length, wants: frames('Bo', 'want').length }).toEqual({ kept: 1, wants: 1 });
    // Once the session was not open yet, once the blocks came twice for one want.
    expect(world.closed).toEqual(['Bo closed Ana: unexpected', 'Bo closed Ana: unexpected']);
  });

  test.each([
    ['a wrong signature', (bytes: Uint8Array) => Uint8Array.from([...bytes.slice(0, -1), (bytes.at(-1) ?? 0) ^ 1])],
    ['no form', () => new Uint8Array(300)],
  ])('[ROOM-103] with %s make the peer no holder for an hour, and another is asked', async (_what, spoil) => {
    const [ana, bo, cy] = make('wrong', 'Ana', 'Bo', 'Cy') as [WorldNode, WorldNode, WorldNode];
    sayMany(ana, 4);
    for (const { counted } of ana.logs.values()) for (const { bytes } of counted) cy.keep(bytes);
    cy.heardDigests.clear();
    ana.liesFrame = (_to, frame) => (frame.type === 'blocks' ? { ...frame, blocks: frame.blocks.map(spoil) } : frame);
    cy.isOff = true;
    await world.run(10_000);
    const first = { content: bo.content().length, isHolder: bo.catchUp.isHolder(ana.peerId) };
    cy.isOff = false;
    await world.run(20_000);
    const wants = world.sent.filter(({ from, to, frame }) => from === 'Bo' && to === 'Ana' && frame.type === 'want').length;
    expect({ first, content: bo.content().length, wants, closed: world.closed }).toEqual({
      ...{ first: { content: 0, isHolder: false }, content: 4 },
      ...{ wants: 1, closed: [] },
    });
  });

  test('[ROOM-103] of another log than was wanted are wrong', async () => {
    const [ana, bo, cy] = make('other', 'Ana', 'Bo', 'Cy') as [WorldNode, WorldNode, WorldNode];
    sayMany(ana, 2);
    const { bytes } = cy.say(['y']);
    cy.isOff = true;
    ana.liesFrame = (_to, frame) => (frame.type === 'blocks' ? { ...frame, blocks: [bytes] } : frame);
    await world.run(10_000);
    expect({ content: bo.content(), isHolder: bo.catchUp.isHolder(ana.peerId) }).toEqual({ content: [], isHolder: false });
  });
});

test('[ROOM-98] at most ten wants a second go out, and 16 without an answer', async () => {
  const [ana, bo] = make('rate', 'Ana', 'Bo') as [WorldNode, WorldNode];
  const tag = sayMany(ana, 1);
  ana.liesFrame = () => undefined;
  for (let number = 1; number <= 16; number += 1) {
    bo.catchUp.want(room, [{ log: tag.slice(0, 8), from: number + 1, to: number + 1 }], [ana.peerId, ana.peerId, ana.peerId]);
  }
  await world.clock.advance(1_000);
  const soon = frames('Bo', 'want').length;
  await world.clock.advance(30_000);
  expect({ isPaced: soon >= 10 && soon <= 20, all: frames('Bo', 'want').length }).toEqual({ isPaced: true, all: 16 });
});

describe('live repair', () => {
  test('[ROOM-111] asks the next holder after 3 s, and stops when all is here', async () => {
    const [ana, bo, cy, di] = make('repair', 'Ana', 'Bo', 'Cy', 'Di') as [WorldNode, WorldNode, WorldNode, WorldNode];
    const tag = sayMany(ana, 9);
    for (const { counted } of ana.logs.values()) for (const { bytes } of counted) [cy, di].forEach((node) => node.keep(bytes));
    ana.liesFrame = () => undefined;
    for (const node of [ana, cy, di]) node.heardDigests.set(bo.peerId, bo.digest());
    bo.catchUp.want(
      room,
      [{ log: tag.slice(0, 8), from: 3, to: 4 }, { log: tag.slice(0, 8), from: 8, to: 8 }], // prettier-ignore
      [ana.peerId, cy.peerId, di.peerId],
    );
    await world.clock.advance(2_900);
    const early = bo.content().length;
    await world.clock.advance(400);
    const asked = world.sent.filter(({ from, frame }) => from === 'Bo' && frame.type === 'want').map(({ to }) => to);
    expect({ early, kept: bo.kept.map(({ first }) => first), asked }).toEqual({
      early: 0,
      kept: [3, 4, 8],
      asked: ['Ana', 'Cy'],
    });
    expect(bo.catchUp.counters(room)).toMatchObject({ pulls: 0, pulled: 3 });
  });

  test('[ROOM-99] keeps an answer that comes late', async () => {
    const [ana, bo] = make('late', 'Ana', 'Bo') as [WorldNode, WorldNode];
    const tag = sayMany(ana, 2);
    ana.heardDigests.set(bo.peerId, bo.digest());
    const late: RoomFrame[] = [];
    ana.liesFrame = (_to, frame) => void late.push(frame);
    bo.catchUp.want(room, [{ log: tag.slice(0, 8), from: 1, to: 2 }], [ana.peerId]);
    await world.clock.advance(10_000);
    for (const frame of late) bo.catchUp.onFrame(ana.peerId, frame);
    await world.clock.advance(100);
    expect({ content: bo.content().length, closed: world.closed }).toEqual({ content: 2, closed: [] });
  });
});
