/**
 * The members of a room as the source of one transfer (rules RFILE-8 to RFILE-11): opens
 * connections to those that have the files, as many as help, and replaces those that are lost.
 * holders.ts knows them, lanes.ts fetches. If nobody is left the pull ends, and the transfer waits.
 */
import type { PeerId } from '../../../../shared/lib/ids.ts';
import type { Session } from '../../messaging/session/session.ts';
import type { TransferSessions } from '../../messaging/messages.ts';
import { maxChunksWanted } from '../../messaging/wire/transfer-frames.ts';
import type { Clock } from '../../ports.ts';
import type { TransferOptions } from '../options.ts';
import type { StoredTransfer } from '../ports.ts';
import type { AllChunkShares } from './chunk-shares.ts';
import { createConnect } from './connect.ts';
import type { FetchedPart } from './pull-parts.ts';
import type { PullSource, SourceFetch } from './pull-source.ts';
import type { Holders } from '../rooms/holders.ts';
import { createLanes, type LaneEnd, type Lanes } from './lanes.ts';

export interface RoomSource extends PullSource {
  /** A connection opened, a member answered, or somebody came. */
  review(): void;
  /** The connections that it used. */
  readonly used: ReadonlySet<Session>;
}

interface Deps {
  readonly clock: Clock;
  readonly sessions: Pick<TransferSessions, 'send' | 'open' | 'data'>;
  readonly shares: AllChunkShares;
  readonly holders: Holders;
}

export function createRoomSource(
  { clock, sessions, shares, holders }: Deps,
  transfer: StoredTransfer,
  options: Pick<TransferOptions, 'chunkDeadlineMs' | 'maxChunksPerTransfer'>,
): RoomSource {
  const { transferId } = transfer;
  const connecting = new Set<PeerId>();
  const openData = createConnect(sessions);
  const used = new Set<Session>();
  let lanes: Lanes | undefined;

  return {
    uses: ({ peerId }) => lanes?.has(peerId) ?? false,
    fetch,
    review,
    used,
    lost(session, code) {
      lanes?.lost(session, code === undefined ? 'gone' : 'refused');
      review();
      return true;
    },
    blame() {
      if (lanes?.lastPeer !== undefined) holders.failed(transferId, lanes.lastPeer, 'wrong');
      return true;
    },
  };

  function fetch(what: FetchedPart, doneBytes: () => number): SourceFetch {
    const started = createLanes({
      ...{ clock, what, sharesOf: shares.of, chunkDeadlineMs: options.chunkDeadlineMs },
      maxChunks: Math.min(options.maxChunksPerTransfer, maxChunksWanted),
      ask: (session, { part, chunks }) => session.send({ type: 'pull', transferId, part, haveBytes: doneBytes(), chunks }),
      onLost,
      onFree: review,
    });
    lanes = started;
    void started.end.then(() => {
      if (lanes === started && what.part === 'content') lanes = undefined;
    });
    review();
    return started;
  }

  function onLost(peerId: PeerId, why: LaneEnd): void {
    holders.failed(transferId, peerId, why);
  }

  function review(): void {
    if (!lanes || lanes.isEnded) return;
    const current = lanes;
    const wanted = current.wanted();
    while (current.size + connecting.size < wanted) {
      const peerId = holders.next(transfer, (one) => current.has(one) || connecting.has(one));
      if (peerId === undefined) break;
      const session = sessions.data.current(peerId, 'in');
      if (session) {
        used.add(session);
        current.add(session);
      } else void connect(peerId);
    }
    if (current.size + connecting.size === 0) holders.search(transfer);
    else if (current.size < wanted && current.lastPeer !== undefined) holders.refresh(transfer, current.lastPeer);
    if (current.size + connecting.size > 0 || holders.isSearching(transfer)) return;
    current.stop({ type: 'waiting', code: 'offline' });
  }

  /** If this end cannot dial, the member does, and its connection brings us back here. */
  async function connect(peerId: PeerId): Promise<void> {
    connecting.add(peerId);
    const isOpen = await openData(peerId, transferId);
    connecting.delete(peerId);
    if (isOpen === false) holders.failed(transferId, peerId, 'gone');
    review();
  }
}
