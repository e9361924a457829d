/**
 * Fetches one transfer, from its description to its final names (rules XFER-5 to XFER-9). Nothing
 * is believed: the description must have the hash of the offer, and each chunk the hash of the
 * description. receive.ts decides when to begin, and what follows from the outcome.
 */
import type { TransferCode } from '../../../../shared/contract/transfers.ts';
import type { MessageId } from '../../../../shared/lib/ids.ts';
import type { Session } from '../../messaging/session/session.ts';
import type { PieceContent } from '../../messaging/wire/transfer-frames.ts';
import type { Clock } from '../../ports.ts';
import type { EarlyEnd, FetchEnd } from './fetch-part.ts';
import type { TransferOptions } from '../options.ts';
import type { StoredTransfer, TransferDisk, TransferSink } from '../ports.ts';
import { pullContent } from './pull-content.ts';
import { pullDescription } from './pull-description.ts';
import { damaged, outcomeOf, type WantedPart } from './pull-parts.ts';
import type { PullSource, SourceFetch } from './pull-source.ts';
import { isTransient } from '../states.ts';

export type PullOutcome = { readonly type: 'done'; readonly paths: readonly string[] } | EarlyEnd;

export interface Pull {
  readonly outcome: Promise<PullOutcome>;
  /** @returns false for one that was not asked for */
  piece(piece: PieceContent, session: Session): boolean;
  /** The sender gives up. */
  refused(code: TransferCode): void;
  /**
   * Keeps what arrived. The outcome follows once nothing is being written. It is `done` if files have
   * their final names already.
   */
  stop(): void;
}

interface Deps {
  readonly clock: Clock;
  readonly disk: TransferDisk;
  readonly source: PullSource;
  readonly onProgress: (transferId: MessageId, doneBytes: number) => void;
}

export function startPull(deps: Deps, transfer: StoredTransfer, options: TransferOptions): Pull {
  const { disk, source } = deps;
  const { transferId, directory } = transfer;
  const parts = { ...deps, transfer, fetch, onProgress };
  let current: SourceFetch | undefined;
  let sink: TransferSink | undefined;
  let doneBytes = 0;
  let early: EarlyEnd | undefined;
  const stopping = new AbortController();

  return {
    outcome: runAndClose(),
    piece: (piece, session) => current?.piece(piece, session) ?? false,
    refused: (code) => stop({ type: isTransient(code) ? 'waiting' : 'failed', code }),
    stop: () => stop({ type: 'stopped' }),
  };

  function stop(end: EarlyEnd): void {
    early ??= end;
    stopping.abort();
    current?.stop(end);
  }

  async function runAndClose(): Promise<PullOutcome> {
    try {
      return await run();
    } finally {
      await sink?.close();
    }
  }

  async function run(): Promise<PullOutcome> {
    let description = await pullDescription(parts, options);
    while (description === 'wrong' && source.blame()) description = await pullDescription(parts, options);
    if (description === 'wrong') return damaged;
    if ('type' in description) return description;
    if (early) return early;
    const opened = await disk.openSink({ transferId, directory }, description);
    if (!opened.ok) return outcomeOf(opened.code);
    sink = opened.sink;
    if (sink.finishedPaths) return { type: 'done', paths: sink.finishedPaths };
    const end = await pullContent(parts, description, sink, options);
    if (end.type !== 'whole') return end;
    if (early) return early;
    const finished = await sink.finish(stopping.signal);
    // Once a file has its final name, all of them get theirs.
    return finished.ok ? { type: 'done', paths: finished.paths } : (early ?? outcomeOf(finished.code));
  }

  function onProgress(bytes: number): void {
    doneBytes = bytes;
    deps.onProgress(transferId, doneBytes);
  }

  async function fetch(what: WantedPart): Promise<FetchEnd> {
    if (early) return early;
    current = source.fetch({ ...what, startHash: disk.startSha256 }, () => doneBytes);
    return current.end;
  }
}
