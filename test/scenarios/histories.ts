/**
 * What nodes have of one another's messages in the end: read at both ends, and held against each other and against what was accepted. What
 * counts are histories, not events: whoever was killed may not have lived to tell.
 */
import { expect } from 'vitest';
import type { AutomationMessage } from './node-record.ts';
import type { World, WorldNode } from './world.ts';

/** A message that somebody was told to be kept. */
export interface Accepted {
  readonly from: WorldNode;
  readonly to: WorldNode;
  readonly messageId: string;
  readonly text: string;
}

/** What must agree of a message at both ends. */
type Known = Pick<AutomationMessage, 'messageId' | 'from' | 'to' | 'text'>;

interface Conversation {
  readonly own: readonly Known[];
  readonly others: readonly Known[];
  readonly isDelivered: boolean;
}

/** By node and by whom it talks with. */
export type Histories = ReadonlyMap<WorldNode, ReadonlyMap<WorldNode, Conversation>>;

/** Between two looks at whether everything has arrived. */
const lookEveryMs = 500;
/** Messages of a conversation that are read: more than any test writes. */
const historyLimit = 100_000;

/** Waits until nothing that any of them wrote to another waits any more. @throws at the deadline, with what waits */
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

/** What each wrote is, at the other end, the same messages in the same order, each once, and nothing else. */
export function expectAgreement(histories: Histories): void {
  for (const [node, conversations] of histories) {
    for (const [other, { own }] of conversations) {
      expect(histories.get(other)?.get(node)?.others, `what ${node.name} wrote to ${other.name}`).toEqual(own);
      expect(new Set(own.map(({ messageId }) => messageId)).size, `ids of ${node.name} for ${other.name}`).toBe(own.length);
    }
  }
}

/** All of it is there, in the order in which it was accepted. */
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
        `what ${to.name} has of what ${from.name} was told to be kept`,
      ).toEqual(expected.map(({ messageId, text }) => ({ messageId, from: from.peerId, to: to.peerId, text })));
    }
  }
}

/** Received messages of all histories together: how many there are, and their ids. */
export function arrivals(histories: Histories): { readonly count: number; readonly messageIds: ReadonlySet<string> } {
  const all = [...histories.values()].flatMap((conversations) => [...conversations.values()].flatMap(({ others }) => others));
  return { count: all.length, messageIds: new Set(all.map(({ messageId }) => messageId)) };
}

/** How many messages were told again, over all processes of a profile together. */
export function countEmittedTwice(world: World): number {
  const emitted = world.nodes.flatMap(({ record }) =>
    record.messages.map(({ from, to, messageId }) => `${from} to ${to}: ${messageId}`),
  );
  return emitted.length - new Set(emitted).size;
}
