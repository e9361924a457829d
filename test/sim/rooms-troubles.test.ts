/** Troubles of rooms that a user can feel: each is said by name, with a remedy, within 30 s. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { looksLikeBlock } from '../../src/main/core/presence/wire/datagram.ts';
import { decodeBlock } from '../../src/main/core/rooms/wire/block.ts';
import { signBlock } from '../../src/main/core/rooms/wire/encode-block.ts';
import { createHashes } from '../../src/main/node/crypto/hash.ts';
import { describeFinding, describeHealth } from '../../src/shared/text/messages/describe-problem.ts';
import { describeFigure } from '../scenarios/figures.ts';
import { conversationOfRoom } from '../../src/shared/lib/ids.ts';
import { carrierPort } from '../fakes/sim-tcp.ts';
import { addAttacker, type Attacker } from './attacker.ts';
import { findingsOf } from './doctor-findings.ts';
import { createSimWorld, type SimWorld } from './sim-world.ts';
import type { SimNode } from './sim-node.ts';
import { startSettled } from './start-settled.ts';

const everyone = conversationOfRoom('everyone');
/** The promise to the user. */
const namedMs = 30_000;
/** The longest back-off of a pull, and a beacon. */
const afterRepairMs = 120_000;

let world: SimWorld;
let attacker: Attacker | undefined;
beforeEach(() => {
  world = createSimWorld({ seed: 'troubles of rooms' });
  attacker = undefined;
});
afterEach(() => world.close());

function hasEntry(node: SimNode, code: string): boolean {
  return node.hallway.health.list().some((entry) => entry.code === code);
}

function said(node: SimNode, code: string): string | undefined {
  const entry = node.hallway.health.list().find((one) => one.code === code);
  return entry && `${describeHealth(entry).title} · ${describeHealth(entry).remedy.slice(0, 60)}`;
}

/** No block and no session of that node gets out; presence does. */
function silence(node: SimNode): () => void {
  return world.lan.lose(
    ({ sender, receiver, destinationPort, bytes }) =>
      [sender, receiver].includes(node.host.name) && (destinationPort === carrierPort || looksLikeBlock(bytes)),
  );
}

test('[ROOM-204] that nobody gets what we say is named within 30 s, until somebody does', async () => {
  const [ana] = (await startSettled(world, 3)) as [SimNode];
  const undo = silence(ana);
  void ana.hallway.rooms?.say('everyone', 'Hello?');
  await world.waitUntil('it is named', () => hasEntry(ana, 'room-unheard'), namedMs);
  const named = said(ana, 'room-unheard');
  undo();
  await world.waitUntil('it is over', () => !hasEntry(ana, 'room-unheard'), afterRepairMs);
  expect(named).toBe('No one gets what you say in #everyone · People are there, but neither multicast nor connections from');
  expect(world.nodes.map((node) => node.hallway.rooms?.history(everyone, { limit: 9 }).length)).toEqual([1, 1, 1]);
});

test('[ROOM-205] that others hold messages we cannot get is named within 30 s, until we have them', async () => {
  const [ana, bo] = (await startSettled(world, 3)) as [SimNode, SimNode];
  const undo = silence(ana);
  void bo.hallway.rooms?.say('everyone', 'Lunch?');
  await world.waitUntil('it is named', () => hasEntry(ana, 'room-behind'), namedMs);
  const named = said(ana, 'room-behind');
  undo();
  await world.waitUntil('it is over', () => !hasEntry(ana, 'room-behind'), afterRepairMs);
  expect(named).toMatch(/^You miss messages in #everyone · h[23] has them, but no connection to their computer opens/);
  expect(ana.hallway.rooms?.history(everyone, { limit: 9 }).map(({ text }) => text)).toEqual(['Lunch?']);
  expect(bo.record.health).toEqual([]);
});

test('[ROOM-202] the doctor says who does not hear whom in rooms, and how to help', async () => {
  const [ana, bo, cy] = (await startSettled(world, 3)) as [SimNode, SimNode, SimNode];
  world.lan.lose(({ sender, receiver, bytes, multicast }) => {
    return multicast && looksLikeBlock(bytes) && sender === ana.host.name && receiver === bo.host.name;
  });
  for (let index = 0; index < 30; index += 1) {
    for (const node of [ana, cy]) void node.hallway.rooms?.say('everyone', `${node.name} ${index}`);
    await world.passTime(200);
  }
  await world.passTime(5_000);
  const about = (node: SimNode): unknown =>
    findingsOf(node)
      .filter(({ code }) => code.startsWith('rooms-'))
      .map((finding) => `${describeFinding(finding).title} · ${String(/IGMP/.exec(describeFinding(finding).remedy))}`);
  expect([about(ana), about(bo), about(cy)]).toEqual([
    ["h2 (h2) doesn't hear you directly in rooms · IGMP"],
    ["You don't hear h1 (h1) directly in rooms · IGMP"],
    [],
  ]);
});

test('[KEEP-2, RATK-4, ROOM-62] a full store is named, and the room pulls what it missed when there is room again', async () => {
  const [ana, bo, cy] = (await startSettled(world, 3)) as [SimNode, SimNode, SimNode];
  const textsOf = (node: SimNode): readonly string[] =>
    (node.hallway.rooms?.history(everyone, { limit: 99 }) ?? []).map(({ text }) => text).reverse();
  const sayAll = async (texts: readonly string[]): Promise<void> => {
    for (const [index, text] of texts.entries()) {
      void (index % 2 === 0 ? ana : cy).hallway.rooms?.say('everyone', text);
      await world.passTime(500);
    }
  };
  await sayAll(['before']);
  const store = world.storeOf(bo.host);
  if (!store) throw new Error('it has no store');
  store.refuseWrites = 'full';
  const missed = Array.from({ length: 8 }, (_, index) => `missed ${index}`);
  await sayAll(missed);
  await world.waitUntil('it is named', () => hasEntry(bo, 'messages-not-kept'), namedMs);
  await world.passTime(namedMs);
  const full = { texts: textsOf(bo), told: bo.record.roomMessages.length, title: said(bo, 'messages-not-kept') };
  store.refuseWrites = undefined;
  const tookMs = await world.waitUntil('it has all', () => textsOf(bo).length === 9, afterRepairMs);
  await world.waitUntil('the entry is gone', () => !hasEntry(bo, 'messages-not-kept'), namedMs);
  console.log(
    describeFigure('SIM', { name: 'a full store has room again: it has what it missed after', value: tookMs, unit: 'ms' }),
  );
  expect(full).toEqual({ texts: ['before'], told: 1, title: expect.stringMatching(/^.+ · .+/) });
  expect([textsOf(bo), textsOf(ana)]).toEqual([textsOf(cy), ['before', ...missed]]);
  expect(bo.record.roomMessages.map(({ text }) => text).toSorted()).toEqual(['before', ...missed]);
  expect(ana.record.health).toEqual([]);
});

test('[ROOM-201] a block of ours that loses to one of a copy is said again, and others learn of the copy once', async () => {
  attacker = await addAttacker(world);
  const blocks: Uint8Array[] = [];
  world.lan.onDatagram(({ bytes }) => looksLikeBlock(bytes) && blocks.push(bytes));
  const [ana, bo] = (await startSettled(world, 3)) as [SimNode, SimNode];
  for (const text of ['first', 'mine']) {
    void ana.hallway.rooms?.say('everyone', text);
    await world.passTime(1_000);
  }
  const decoded = blocks.map((bytes) => decodeBlock(bytes)).find((one) => one.ok && one.block.texts[0] === 'mine');
  if (!decoded?.ok) throw new Error('no block');
  const identity = world.signatures.identity(`${ana.host.name}/default`);
  const { clock, type } = decoded.block;
  const earlier = { ...clock, ms: clock.ms - 1 };
  const copy = signBlock(
    { ...decoded.block, type: type === 'unknown' ? 'text' : type, clock: earlier, texts: ["the copy's"] },
    { identity, hash: createHashes() },
  );
  attacker.toGroup(copy.bytes);
  await world.passTime(10_000);
  const shown = (node: SimNode): unknown =>
    node.hallway.rooms
      ?.history(everyone, { limit: 9 })
      .map(({ text, place }) => `${text}${place?.counts === false ? ' (lost)' : ''}`)
      .reverse();
  expect(shown(ana)).toEqual(shown(bo));
  expect(shown(bo)).toEqual(['first', "the copy's", 'mine (lost)', 'mine']);
  expect(said(bo, 'room-key-used-twice')).toMatch(/^h\d's key signed two different messages; it may be used twice/);
  expect(hasEntry(ana, 'room-key-used-twice')).toBe(false);
});

test('[ROOM-208] what we said before a restart becomes delivered once all have it', async () => {
  const [ana] = (await startSettled(world, 3)) as [SimNode];
  const undo = silence(ana);
  for (const text of ['one', 'two']) {
    void ana.hallway.rooms?.say('everyone', text);
    await world.passTime(1_000);
  }
  await ana.stop();
  const again = (await ana.host.start()) as SimNode;
  const states = (): unknown => again.hallway.rooms?.history(everyone, { limit: 9 }).map(({ state }) => state);
  const before = states();
  undo();
  await world.passTime(120_000);
  expect([before, states()]).toEqual([
    ['sent', 'sent'],
    ['delivered', 'delivered'],
  ]);
  expect(again.record.events.filter(({ event }) => event.event === 'delivery')).toHaveLength(2);
});
