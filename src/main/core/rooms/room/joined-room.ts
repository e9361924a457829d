/**
 * One room that the user is in: says messages and topics in it, and persists what comes (rules
 * ROOM-60, ROOM-124, ROOM-125). `room-keeper.ts` judges blocks, `own-log.ts` signs ours, and
 * live/author.ts packs them. `rooms-area.ts` has all rooms.
 */
import { maxTopicLength } from '../../../../shared/contract/rooms.ts';
import { maxNameBytes } from '../../../../shared/contract/profile.ts';
import type { MessageId } from '../../../../shared/lib/ids.ts';
import type { Clock, Hash, Identity } from '../../ports.ts';
import type { StoredMessage } from '../../messaging/ports.ts';
import type { StoreWriter } from '../../messaging/delivery/store-writer.ts';
import type { OfferedFiles } from '../../transfers/room-files.ts';
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
  say(text: string, offered?: OfferedFiles): Promise<StoredMessage | undefined>;
  /**
   * Ends our offer of files in that message, for all members.
   *
   * @returns false if the store refused
   */
  withdraw(messageId: MessageId): Promise<boolean>;
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

interface OwnKept {
  readonly block: SignedBlock;
  readonly kept: Kept;
  /** The messages of that block. */
  readonly own: readonly StoredMessage[];
}

export function createJoinedRoom(deps: Deps, start: RoomRecord): JoinedRoom {
  const { clock, hash, identity, store, persist, keeper } = deps;
  const ownLog = createOwnLog({
    ...{ identity, hash, keeper, ownName: deps.ownName, isUnclean: deps.isUnclean, closed: store.closedLogs(start.id) },
    onClose: (tag) => void persist(() => store.closeLog(start.id, tag)),
  });
  /** The messages of our blocks, until `say` returns them. */
  const written = new WeakMap<SignedBlock, readonly StoredMessage[]>();
  let record = start;

  const author: Author = createAuthor({
    clock,
    fits: (_, texts, offered) => fits(texts, datagramBlockLimits, offered),
    references: deps.references,
    keep: (draft) => keepOwn(draft, datagramBlockLimits),
    sendToGroup: (block) => deps.send(block, messagesOf(block), false),
    sendHeads: deps.sendHeads,
    allowsTail: deps.allowsTail,
  });
  const bulk = createBulkAuthor({
    clock,
    countFitting: (texts, offered) => countFittingTexts(texts, envelopeOf(offered), frameBlockLimits),
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
    withdraw: async (messageId) => (await sayAny(messageId, 'withdraw')).ok,
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

  async function say(text: string, offered?: OfferedFiles): Promise<StoredMessage | undefined> {
    const said = await sayAny(text, 'text', offered);
    if (!said.ok) return undefined;
    const messages = messagesOf(said.block);
    return messages[said.number - said.block.first] ?? messages.find(({ sequence }) => sequence === said.number);
  }

  /** By session, if no datagram holds it or too much waits. What waits goes before it then. */
  function sayAny(text: string, type: 'text' | 'topic' | 'withdraw', offered?: OfferedFiles): Promise<SayResult> {
    const isShort = (!offered && text.length <= shortLength) || fits([text], datagramBlockLimits, offered);
    if (isShort && !bulk.isBusy() && author.waiting() <= maxGroupTexts) return author.say(text, type, offered);
    for (const waiting of author.takeWaiting()) bulk.take(waiting);
    return new Promise((answer) => bulk.take({ text, type, offered, answer }));
  }

  async function keepOwn(draft: Draft, limits: typeof frameBlockLimits): Promise<SignedBlock | undefined> {
    if (draft.type === 'unknown') return undefined;
    const { offered, ...rest } = draft;
    const content: OwnDraft = { ...rest, type: draft.type, offer: offered?.offer };
    const result = await persist((): OwnKept => {
      const block = ownLog.sign(content, deps.roomTimeMs(), limits);
      const kept = keeper.keep(block, true);
      // A block may also make others count that waited for it.
      const own = 'messages' in kept ? kept.messages.filter(({ sequence }) => isWithin(block, sequence)) : [];
      for (const message of own) offered?.keep(message);
      return { block, kept, own };
    });
    if (!result || !('messages' in result.kept)) return undefined;
    written.set(result.block, result.own);
    deps.onWritten(result.kept.messages);
    for (const message of offered ? result.own : []) await offered?.kept(message);
    return result.block;
  }

  function messagesOf(block: SignedBlock): readonly StoredMessage[] {
    return written.get(block) ?? [];
  }

  function fits(texts: readonly string[], limits: typeof frameBlockLimits, offered?: OfferedFiles): boolean {
    return countFittingTexts(texts, envelopeOf(offered), limits) === texts.length;
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

function isWithin({ first, last }: SignedBlock, sequence: number): boolean {
  return sequence >= first && sequence <= last;
}

function envelopeOf(offered: OfferedFiles | undefined): Parameters<typeof countFittingTexts>[1] {
  return { ...longestEnvelope, offer: offered?.offer };
}

function compareTopics(a: TopicSource, b: TopicSource): number {
  return compareClocks(a.clock, b.clock) || (a.tag < b.tag ? -1 : a.tag > b.tag ? 1 : 0) || a.number - b.number;
}
