/**
 * One room that the user is in: says messages and topics in it, and persists what comes (rules
 * ROOM-60, ROOM-124, ROOM-125). `room-keeper.ts` judges blocks, `own-log.ts` signs ours, and
 * live/author.ts packs them. `rooms-area.ts` has all rooms.
 */
import { maxTopicLength } from '../../../../shared/contract/rooms.ts';
import { maxNameBytes } from '../../../../shared/contract/profile.ts';
import type { Clock, Hash, Identity } from '../../ports.ts';
import type { StoredMessage } from '../../messaging/ports.ts';
import type { StoreWriter } from '../../messaging/delivery/store-writer.ts';
import { createAuthor, type Author, type Draft } from '../live/author.ts';
import { compareClocks, isAhead } from '../order/room-clock.ts';
import type { RoomRecord, RoomStore, TopicSource } from '../ports.ts';
import { datagramBlockLimits, frameBlockLimits, maxReferences, type Reference, type SignedBlock } from '../wire/block.ts';
import { countFittingTexts } from '../wire/encode-block.ts';
import { createOwnLog, type OwnDraft, type OwnLog } from './own-log.ts';
import type { Kept, RoomKeeper } from './room-keeper.ts';

export interface JoinedRoom {
  readonly name: string;
  readonly keeper: RoomKeeper;
  readonly ownLog: OwnLog;
  record(): RoomRecord;
  /** @returns the persisted message; undefined if the store refused */
  say(text: string): Promise<StoredMessage | undefined>;
  setTopic(topic: string): Promise<boolean>;
  setMuted(isMuted: boolean): Promise<boolean>;
  /** Another member named our message of that number. */
  named(number: number): void;
  /** Looks whether a kept block says a topic that counts now. @returns whether the topic changed */
  noteTopic(block: SignedBlock): Promise<boolean>;
  close(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly hash: Hash;
  readonly identity: Identity;
  readonly store: RoomStore;
  readonly persist: StoreWriter['persist'];
  readonly keeper: RoomKeeper;
  readonly ownName: () => string;
  readonly roomTimeMs: () => number;
  readonly isUnclean: boolean;
  readonly references: () => readonly Reference[];
  readonly allowsTail: () => boolean;
  readonly sendHeads: () => void;
  /** A message of ours is persisted, before it leaves. */
  readonly onWritten: (messages: readonly StoredMessage[]) => void;
  /** A block of ours is persisted, with these messages: to the group, if a datagram holds it. */
  readonly send: (block: SignedBlock, messages: readonly StoredMessage[], isBySession: boolean) => void;
}

export function createJoinedRoom(deps: Deps, start: RoomRecord): JoinedRoom {
  const { clock, hash, identity, store, persist, keeper } = deps;
  const ownLog = createOwnLog({ identity, hash, keeper, ownName: deps.ownName, isUnclean: deps.isUnclean });
  /** Messages of our last block, by number, until `say` returns them. */
  const written = new Map<number, StoredMessage>();
  let record = start;
  /** Long texts are signed one after the other. */
  let longTexts: Promise<unknown> = Promise.resolve();

  const author: Author = createAuthor({
    clock,
    fits: (_, texts) => fits(texts, datagramBlockLimits),
    references: deps.references,
    keep: (draft) => keepOwn(draft, datagramBlockLimits),
    sendToGroup: (block) => deps.send(block, messagesOf(block), false),
    sendHeads: deps.sendHeads,
    allowsTail: deps.allowsTail,
  });

  return {
    name: start.name,
    keeper,
    ownLog,
    record: () => record,
    async say(text) {
      if (!fits([text], datagramBlockLimits)) return sayLong(text);
      const said = await author.say(text);
      return said.ok ? take(said.number) : undefined;
    },
    async setTopic(topic) {
      const said = await author.say(topic, 'topic');
      return said.ok && ((await noteTopic(said.block)) || record.topic?.text === topic);
    },
    setMuted: (isMuted) => update({ isMuted }),
    named: author.named,
    noteTopic,
    close: author.close,
  };

  /** A text that no datagram holds goes by session: others see by our digest that we have more. */
  async function sayLong(text: string): Promise<StoredMessage | undefined> {
    const saying = longTexts.then(() =>
      keepOwn({ type: 'text', texts: [text], references: deps.references() }, frameBlockLimits),
    );
    longTexts = saying;
    const block = await saying;
    if (!block) return undefined;
    deps.send(block, messagesOf(block), true);
    return take(block.first);
  }

  async function keepOwn(draft: Draft, limits: typeof frameBlockLimits): Promise<SignedBlock | undefined> {
    if (draft.type === 'unknown') return undefined;
    const content: OwnDraft = { ...draft, type: draft.type };
    const result = await persist((): { readonly block: SignedBlock; readonly kept: Kept } => {
      const block = ownLog.sign(content, deps.roomTimeMs(), limits);
      return { block, kept: keeper.keep(block, true) };
    });
    if (!result || !('messages' in result.kept)) return undefined;
    for (const message of result.kept.messages) written.set(message.sequence, message);
    deps.onWritten(result.kept.messages);
    return result.block;
  }

  function messagesOf({ first, last }: SignedBlock): readonly StoredMessage[] {
    const numbers = Array.from({ length: last - first + 1 }, (_, index) => first + index);
    return numbers.flatMap((number) => written.get(number) ?? []);
  }

  function take(number: number): StoredMessage | undefined {
    const message = written.get(number);
    written.delete(number);
    return message;
  }

  function fits(texts: readonly string[], limits: typeof frameBlockLimits): boolean {
    // The longest name: ours may change before the block is signed.
    const envelope = { authorName: 'x'.repeat(maxNameBytes), references: maxReferences };
    return countFittingTexts(texts, envelope, limits) === texts.length;
  }

  /** The last one in the order of the room, whose clock has come. */
  async function noteTopic(block: SignedBlock): Promise<boolean> {
    const [text] = block.texts;
    if (block.type !== 'topic' || text === undefined || isAhead(block.clock, deps.roomTimeMs())) return false;
    if (Array.from(text).length > maxTopicLength) return false;
    const topic: TopicSource = {
      text,
      from: block.authorId,
      fromName: block.authorName,
      tag: block.tag,
      number: block.first,
      clock: block.clock,
    };
    if (record.topic && compareTopics(topic, record.topic) <= 0) return false;
    return update({ topic });
  }

  async function update(changes: Partial<Pick<RoomRecord, 'isMuted' | 'topic'>>): Promise<boolean> {
    const isDone = (await persist(() => store.update(start.id, changes))) === true;
    if (isDone) record = { ...record, ...changes };
    return isDone;
  }
}

function compareTopics(a: TopicSource, b: TopicSource): number {
  return compareClocks(a.clock, b.clock) || (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0) || a.number - b.number;
}
