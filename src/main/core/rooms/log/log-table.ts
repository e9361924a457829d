/**
 * The logs of one room, with their limits (rules ROOM-20 to ROOM-22). A full table refuses new logs
 * and drops none for them, so that a flood of fresh keys cannot push out people who are here.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { LogTag } from '../wire/block.ts';
import { shortTagOf } from '../wire/log-tag.ts';
import type { LogState } from './log-state.ts';

export interface LogEntry {
  readonly tag: LogTag;
  readonly authorId: PeerId;
  /** 33 bytes. */
  readonly publicKey: Uint8Array;
  readonly epoch: number;
  state: LogState;
  /** When the last block of it was heard, milliseconds since 1970 by room time. */
  heardMs: number;
}

/**
 * `old-epoch`: 16 newer logs of this author count · `full`: no place for it, or for authors who are
 * unknown and not here.
 */
export type Admission =
  | { readonly kind: 'known' | 'added'; readonly entry: LogEntry; readonly dropped: readonly LogEntry[] }
  | { readonly kind: 'old-epoch' | 'full' };

export interface LogTable {
  readonly size: number;
  get(tag: LogTag): LogEntry | undefined;
  /** The logs with that short tag: almost always one at most. */
  findShort(shortTag: string): readonly LogEntry[];
  entries(): Iterable<LogEntry>;
  /** Of one author, the oldest epoch first. */
  logsOf(authorId: PeerId): readonly LogEntry[];
  /**
   * Finds or adds a log.
   * @returns the entry, and the logs that no longer count: of this author, or silent for long
   */
  admit(log: LogEntry): Admission;
  delete(tag: LogTag): void;
}

export interface LogTableLimits {
  /** Logs of one author that count: those with the highest epochs. */
  readonly epochsPerAuthor: number;
  readonly logs: number;
  /** Of authors who are unknown and not here. */
  readonly strangerLogs: number;
  /** The place of an author who is not here is free again after that silence. */
  readonly silentMs: number;
}

export const logTableLimits: LogTableLimits = {
  epochsPerAuthor: 16,
  logs: 4_096,
  strangerLogs: 1_024,
  silentMs: 7 * 86_400_000,
};

interface Deps {
  readonly isKnown: (authorId: PeerId) => boolean;
  /** Whether the author is online now. We are always. */
  readonly isHere: (authorId: PeerId) => boolean;
}

export function createLogTable({ isKnown, isHere }: Deps, limits: LogTableLimits = logTableLimits): LogTable {
  const byTag = new Map<LogTag, LogEntry>();
  const byShortTag = new Map<string, LogEntry[]>();
  const byAuthor = new Map<PeerId, LogEntry[]>();

  return {
    get size() {
      return byTag.size;
    },
    get: (tag) => byTag.get(tag),
    findShort: (shortTag) => byShortTag.get(shortTag) ?? [],
    entries: () => byTag.values(),
    logsOf: (authorId) => byAuthor.get(authorId) ?? [],
    admit,
    delete: remove,
  };

  function admit(log: LogEntry): Admission {
    const known = byTag.get(log.tag);
    if (known) return { kind: 'known', entry: known, dropped: [] };
    const others = byAuthor.get(log.authorId) ?? [];
    const oldest = others.length >= limits.epochsPerAuthor ? others[0] : undefined;
    if (oldest && oldest.epoch >= log.epoch) return { kind: 'old-epoch' };
    // A newer log of the same author takes the place of the oldest.
    const leaving = oldest ?? placeHolder(log);
    if (leaving === 'full') return { kind: 'full' };
    if (leaving) remove(leaving.tag);
    add(log);
    return { kind: 'added', entry: log, dropped: leaving ? [leaving] : [] };
  }

  /** @returns the silent log that gives up its place; undefined if there is a free one */
  function placeHolder({ authorId, heardMs }: LogEntry): LogEntry | 'full' | undefined {
    const crowd = isStranger(authorId) ? [...byTag.values()].filter((entry) => isStranger(entry.authorId)) : [];
    const isRoom = byTag.size < limits.logs && crowd.length < limits.strangerLogs;
    if (isRoom) return undefined;
    const candidates = crowd.length < limits.strangerLogs ? byTag.values() : crowd;
    let longest: LogEntry | undefined;
    for (const entry of candidates) {
      const isSilent = !isHere(entry.authorId) && heardMs - entry.heardMs > limits.silentMs;
      if (isSilent && (!longest || entry.heardMs < longest.heardMs)) longest = entry;
    }
    return longest ?? 'full';
  }

  function isStranger(authorId: PeerId): boolean {
    return !isKnown(authorId) && !isHere(authorId);
  }

  function add(log: LogEntry): void {
    byTag.set(log.tag, log);
    const shortTag = shortTagOf(log.tag);
    byShortTag.set(shortTag, [...(byShortTag.get(shortTag) ?? []), log]);
    const ofAuthor = [...(byAuthor.get(log.authorId) ?? []), log];
    byAuthor.set(
      log.authorId,
      ofAuthor.sort((a, b) => a.epoch - b.epoch),
    );
  }

  function remove(tag: LogTag): void {
    const entry = byTag.get(tag);
    if (!entry) return;
    byTag.delete(tag);
    withdraw(byShortTag, shortTagOf(tag), entry);
    withdraw(byAuthor, entry.authorId, entry);
  }
}

function withdraw<Key>(lists: Map<Key, LogEntry[]>, key: Key, entry: LogEntry): void {
  const rest = (lists.get(key) ?? []).filter((other) => other !== entry);
  if (rest.length === 0) lists.delete(key);
  else lists.set(key, rest);
}
