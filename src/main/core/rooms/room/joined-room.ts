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
import { createAuthor, type Author, type Draft, type SayResult } from '../live/author.ts';
import { createBulkAuthor } from '../live/bulk-author.ts';
import { compareClocks, isAhead } from '../order/room-clock.ts';
import type { RoomRecord, RoomStore, TopicSource } from '../ports.ts';
import {
  datagramBlockLimits,
  decodeBlock,
  frameBlockLimits,
  maxReferences,
  toSignedBlock,
  type Reference,
  type SignedBlock,
} from '../wire/block.ts';
import { countFittingTexts } from '../wire/encode-block.ts';
import { createAheadTopics } from './ahead-topics.ts';
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
  /** Says the messages of blocks again that lost against those of a copy of this profile. */
  sayAgain(lost: readonly SignedBlock[]): void;
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
  /** The time of a topic has come, and it is the one that counts. */
  readonly onTopic: () => void;
  /** A message of ours is persisted, before it leaves. */
  readonly onWritten: (messages: readonly StoredMessage[]) => void;
  /** A block of ours is persisted, with these messages: to the group, if a datagram holds it. */
  readonly send: (block: SignedBlock, messages: readonly StoredMessage[], isBySession: boolean) => void;
}

/** More texts than these waiting are a bulk transfer, which goes by session. */
const maxGroupTexts = 64;

/** Any text of so many characters fits into a datagram with the longest envelope. */
const shortLength = 256;

/** The longest name: ours may change before the block is signed. */
const longestEnvelope = { authorName: 'x'.repeat(maxNameBytes), references: maxReferences };
/** Blocks that are looked through for topics that are ahead: those with the latest clocks. */
const recalled = { limit: 64, maxBytes: 65_536 };

export function createJoinedRoom(deps: Deps, start: RoomRecord): JoinedRoom {
  const { clock, hash, identity, store, persist, keeper } = deps;
  const ownLog = createOwnLog({
    ...{ identity, hash, keeper, ownName: deps.ownName, isUnclean: deps.isUnclean, closed: store.closedLogs(start.id) },
    onClose: (tag) => void persist(() => store.closeLog(start.id, tag)),
  });
  /** Messages of our last block, by number, until `say` returns them. */
  const written = new Map<number, StoredMessage>();
  let record = start;

  const author: Author = createAuthor({
    clock,
    fits: (_, texts) => fits(texts, datagramBlockLimits),
    references: deps.references,
    keep: (draft) => keepOwn(draft, datagramBlockLimits),
    sendToGroup: (block) => deps.send(block, messagesOf(block), false),
    sendHeads: deps.sendHeads,
    allowsTail: deps.allowsTail,
  });
  const bulk = createBulkAuthor({
    clock,
    countFitting: (texts) => countFittingTexts(texts, longestEnvelope, frameBlockLimits),
    references: deps.references,
    async keep(draft) {
      const block = await keepOwn(draft, frameBlockLimits);
      if (block) deps.send(block, messagesOf(block), true);
      return block;
    },
    sendHeads: deps.sendHeads,
  });

  const aheadTopics = createAheadTopics({
    ...{ clock, roomTimeMs: deps.roomTimeMs },
    onDue: (block) => void noteTopic(block).then((isNew) => isNew && deps.onTopic()),
  });
  recallAheadTopics();

  return {
    name: start.name,
    keeper,
    ownLog,
    record: () => record,
    say,
    sayAgain(lost) {
      const texts = lost.filter((block) => block.type === 'text' && ownLog.gave(block)).flatMap((block) => block.texts);
      for (const text of texts) void say(text);
    },
    async setTopic(topic) {
      const said = await sayAny(topic, 'topic');
      return said.ok && ((await noteTopic(said.block)) || record.topic?.text === topic);
    },
    setMuted: (isMuted) => update({ isMuted }),
    named: author.named,
    noteTopic,
    close() {
      author.close();
      bulk.close();
      aheadTopics.close();
    },
  };

  /** After a start: those in the store. */
  function recallAheadTopics(): void {
    for (const { tag, bytes, clock: at } of store.newestBlocks(start.id, recalled)) {
      const decoded = isAhead(at, deps.roomTimeMs()) ? decodeBlock(bytes) : undefined;
      const authorId = keeper.logs.get(tag)?.authorId;
      if (!decoded?.ok || decoded.block.type !== 'topic' || authorId === undefined) continue;
      aheadTopics.add(toSignedBlock(decoded.block, bytes, authorId, hash));
    }
  }

  async function say(text: string): Promise<StoredMessage | undefined> {
    const said = await sayAny(text, 'text');
    return said.ok ? take(said.number) : undefined;
  }

  /** By session, if no datagram holds it or too much waits. What waits goes before it then. */
  function sayAny(text: string, type: 'text' | 'topic'): Promise<SayResult> {
    const isShort = text.length <= shortLength || fits([text], datagramBlockLimits);
    if (isShort && !bulk.isBusy() && author.waiting() <= maxGroupTexts) return author.say(text, type);
    for (const waiting of author.takeWaiting()) bulk.take(waiting);
    return new Promise((answer) => bulk.take({ text, type, answer }));
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
    return countFittingTexts(texts, longestEnvelope, limits) === texts.length;
  }

  /** The last one in the order of the room, whose clock has come. */
  async function noteTopic(block: SignedBlock): Promise<boolean> {
    const [text] = block.texts;
    if (block.type !== 'topic' || text === undefined || Array.from(text).length > maxTopicLength) return false;
    if (isAhead(block.clock, deps.roomTimeMs())) {
      aheadTopics.add(block);
      return false;
    }
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
