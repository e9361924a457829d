/**
 * The histories of nodes after a run: read at both ends, and compared with each other and with the
 * accepted messages. Events do not count, since a killed node may have missed them.
 */
import { expect } from 'vitest';
import type { AutomationMessage } from './node-record.ts';
import type { World, WorldNode } from './world.ts';

/** A message that its author knows to be persisted. */
export interface Accepted {
  readonly from: WorldNode;
  readonly to: WorldNode;
  readonly messageId: string;
  readonly text: string;
}

/** The fields of a message that must agree at both ends. */
type Known = Pick<AutomationMessage, 'messageId' | 'from' | 'to' | 'text'>;

interface Conversation {
  readonly own: readonly Known[];
  readonly others: readonly Known[];
  readonly isDelivered: boolean;
}

/** By node and by the other end of the conversation. */
export type Histories = ReadonlyMap<WorldNode, ReadonlyMap<WorldNode, Conversation>>;

/** Poll interval while messages are on their way. */
const lookEveryMs = 500;
/** Messages read per conversation: more than any test writes. */
const historyLimit = 100_000;

/**
 * Waits until no message between the nodes is undelivered.
 * @throws at the deadline, with the messages that wait
 */
export async function untilDelivered(world: World, nodes: readonly WorldNode[], deadlineMs: number): Promise<Histories> {
  await world.waitUntil('all are ready', () => nodes.every((node) => node.record.ready), deadlineMs);
  const endMs = world.nowMs() + deadlineMs;
  for (;;) {
    const histories = await readHistories(nodes);
    const waiting = nodes.flatMap((node) =>
      nodes
        .filter((other) => histories.get(node)?.get(other)?.isDelivered === false)
        .map((other) => `${node.name}→${other.name}`),
    );
    if (waiting.length === 0) return histories;
    if (world.nowMs() > endMs) throw new Error(`not delivered within ${deadlineMs} ms: ${waiting.join(' ')}`);
    await world.passTime(lookEveryMs);
  }
}

async function readHistories(nodes: readonly WorldNode[]): Promise<Histories> {
  const entries = nodes.map(async (node) => {
    const others = nodes.filter((other) => other !== node);
    return [node, new Map(await Promise.all(others.map((other) => readConversation(node, other))))] as const;
  });
  return new Map(await Promise.all(entries));
}

async function readConversation(node: WorldNode, other: WorldNode): Promise<readonly [WorldNode, Conversation]> {
  const all = await node.history(other.peerId, historyLimit);
  const ofAuthor = (peerId: string): readonly Known[] =>
    all.filter(({ from }) => from === peerId).map(({ messageId, from, to, text }) => ({ messageId, from, to, text }));
  const isDelivered = all.every(({ from, state }) => from !== node.peerId || state === 'delivered' || state === 'read');
  return [other, { own: ofAuthor(node.peerId), others: ofAuthor(other.peerId), isDelivered }];
}

/**
 * Asserts that each receiver has exactly the messages of the author: once, in order, and no others.
 */
export function expectAgreement(histories: Histories): void {
  for (const [node, conversations] of histories) {
    for (const [other, { own }] of conversations) {
      expect(histories.get(other)?.get(node)?.others, `messages of ${node.name} at ${other.name}`).toEqual(own);
      expect(new Set(own.map(({ messageId }) => messageId)).size, `ids of ${node.name} for ${other.name}`).toBe(own.length);
    }
  }
}

/** Asserts that every accepted message arrived, in the order of acceptance. */
export function expectArrived(histories: Histories, accepted: readonly Accepted[]): void {
  for (const [from, conversations] of histories) {
    for (const to of conversations.keys()) {
      const expected = accepted.filter((message) => message.from === from && message.to === to);
      const wanted = new Set(expected.map(({ messageId }) => messageId));
      expect(
        histories
          .get(to)
          ?.get(from)
          ?.others.filter(({ messageId }) => wanted.has(messageId)),
        `accepted messages of ${from.name} at ${to.name}`,
      ).toEqual(expected.map(({ messageId, text }) => ({ messageId, from: from.peerId, to: to.peerId, text })));
    }
  }
}

/** The received messages of all histories: their number and their IDs. */
export function arrivals(histories: Histories): { readonly count: number; readonly messageIds: ReadonlySet<string> } {
  const all = [...histories.values()].flatMap((conversations) => [...conversations.values()].flatMap(({ others }) => others));
  return { count: all.length, messageIds: new Set(all.map(({ messageId }) => messageId)) };
}

/** Messages reported more than once, over all processes of a profile. */
export function countEmittedTwice(world: World): number {
  const emitted = world.nodes.flatMap(({ record }) =>
    record.messages.map(({ from, to, messageId }) => `${from} to ${to}: ${messageId}`),
  );
  return emitted.length - new Set(emitted).size;
}
