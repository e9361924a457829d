/**
 * The requests of `hallway send-files` and `hallway receive` (rules FILE-21, FILE-22). As in
 * one-shot.ts, a node of its own or an open Hallway replies, so the commands ask again and again
 * how far it is.
 */
import { resolve } from 'node:path';
import * as z from 'zod';
import { maxPaths, transferSchema } from '../../../../shared/contract/transfers.ts';
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { selectorOf } from '../../../../shared/text/format-offer.ts';
import { describeRefusal } from '../../../../shared/text/messages/describe-refusal.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import { refuse } from '../../../../shared/text/messages/problem-values.ts';
import type { ResolvedContact } from '../../../core/contacts/resolve-contact.ts';
import { pause } from '../../../core/lib/delay.ts';
import type { Clock } from '../../../core/ports.ts';
import { askPeers, readReply, type Answer, type CommandTarget } from './one-shot.ts';

const reportedSchema = transferSchema
  .pick({ transferId: true, from: true, state: true, totalBytes: true, doneBytes: true, paths: true })
  .extend({ code: z.string().optional(), haveIt: z.object({ count: z.number(), of: z.number() }).optional() });
type Reported = z.infer<typeof reportedSchema>;

/** Between two questions. */
const lookAgainMs = 500;

export interface SendFilesRequest {
  /** A peer ID or a name; `#NAME` or `&ID` of a room, where all that are here must have them. */
  readonly to: string;
  readonly paths: readonly string[];
  /** The longest wait. */
  readonly forMs: number;
}

export type SendFilesOutcome =
  { readonly arrived: true } | { readonly arrived: false; readonly why: 'refused' | 'not-yet'; readonly message: string };

/** Offers files, and waits until all of them arrived. */
export async function sendFilesAndWait(
  target: CommandTarget,
  { to, paths, forMs }: SendFilesRequest,
  clock: Clock,
  signal: AbortSignal,
): Promise<SendFilesOutcome> {
  // An open Hallway refuses the request as a whole, without a sentence about files.
  const isTooMany = paths.length > maxPaths;
  const tooMany = refuse('files-unusable', { reason: 'tooManyPaths', path: '' });
  if (isTooMany) return { arrived: false, why: 'refused', message: describeRefusal(tooMany) };
  const untilMs = clock.monotonicMs() + forMs;
  const sent = readReply(
    await target.run({ cmd: 'send-files', to, paths: paths.map((path) => resolve(path)) }),
    z.object({ transferId: z.string() }),
  );
  if (!sent.ok) return { arrived: false, why: 'refused', message: sent.message };
  for (;;) {
    const transfers = await askTransfers(target);
    if (!transfers.ok) return { arrived: false, why: 'refused', message: transfers.message };
    const mine = transfers.value.find(({ transferId }) => transferId === sent.value.transferId);
    if (mine?.haveIt && mine.haveIt.count > 0 && mine.haveIt.count >= mine.haveIt.of) return { arrived: true };
    switch (mine?.state) {
      case 'done':
        return { arrived: true };
      case 'declined':
        return { arrived: false, why: 'refused', message: say('cli.files-declined') };
      case 'cancelled':
        return { arrived: false, why: 'refused', message: say('cli.files-cancelled') };
      case 'failed':
        return { arrived: false, why: 'refused', message: say('cli.files-failed', { code: selectorOf(mine.code ?? '') }) };
      case undefined:
      case 'offered':
      case 'accepted':
      case 'running':
      case 'waiting':
      case 'paused':
        break;
    }
    if (signal.aborted) return { arrived: false, why: 'not-yet', message: say('cli.files-stopped') };
    if (clock.monotonicMs() >= untilMs) return { arrived: false, why: 'not-yet', message: say('cli.files-not-yet') };
    await pause(clock, lookAgainMs, signal);
  }
}

export interface ReceiveRequest {
  /**
   * Absent means everyone whom the user verified. A name counts for the first peer that it means.
   */
  readonly from?: PeerId | NamedSender;
  /** Absent means the folder of the setting. */
  readonly into?: string;
}

/** Somebody who may appear later. A name is a claim, so the node decides who may be meant. */
export interface NamedSender {
  readonly name: string;
  readonly resolve: (name: string) => ResolvedContact | undefined;
}

/**
 * Accepts the offers of one peer, or of verified people, until the signal.
 *
 * @param onArrived gets the paths of each transfer that is done
 * @returns why it ended before the signal
 */
export async function receiveFiles(
  target: CommandTarget,
  { from, into }: ReceiveRequest,
  deps: {
    readonly clock: Clock;
    readonly onArrived: (paths: readonly string[]) => void;
    readonly onNotice: (message: string) => void;
  },
  signal: AbortSignal,
): Promise<string | undefined> {
  const accepted = new Set<string>();
  const refused = new Set<string>();
  const askAllowed = typeof from === 'object' ? allowNamed(from, deps.onNotice) : () => allowed(target, from);
  while (!signal.aborted) {
    const transfers = await askTransfers(target);
    const senders = await askAllowed();
    if (!transfers.ok) return transfers.message;
    if (!senders.ok) return senders.message;
    for (const transfer of transfers.value) await take(transfer, senders.value);
    await pause(deps.clock, lookAgainMs, signal);
  }
  return undefined;

  async function take({ transferId, from: sender, state, paths, code }: Reported, senders: ReadonlySet<PeerId>): Promise<void> {
    if (state === 'offered' && senders.has(sender) && !refused.has(transferId)) {
      const directory = into === undefined ? {} : { directory: resolve(into) };
      const reply = readReply(await target.run({ cmd: 'accept', transferId, ...directory }), z.looseObject({}));
      if (reply.ok) accepted.add(transferId);
      else {
        refused.add(transferId);
        deps.onNotice(reply.message);
      }
    } else if (state === 'done' && accepted.delete(transferId)) deps.onArrived(paths);
    else if (state === 'failed' && accepted.delete(transferId))
      deps.onNotice(say('cli.files-failed', { code: selectorOf(code ?? '') }));
    else if (state === 'cancelled' && accepted.delete(transferId)) deps.onNotice(say('cli.files-cancelled'));
  }
}

async function askTransfers(target: CommandTarget): Promise<Answer<readonly Reported[]>> {
  return readReply(
    await target.run({ cmd: 'transfers' }),
    z.object({ transfers: z.array(reportedSchema) }).transform(({ transfers }) => transfers),
  );
}

/**
 * Looks again until the name means one peer. From then on it is that peer: nobody gets its place by
 * taking its name.
 *
 * @param onNotice gets a sentence when nobody is meant, once for each reason, and the peer that counts
 */
function allowNamed(
  { name, resolve: find }: NamedSender,
  onNotice: (message: string) => void,
): () => Promise<Answer<ReadonlySet<PeerId>>> {
  const senders = new Set<PeerId>();
  let told: string | undefined;
  return () => {
    const found = senders.size === 0 ? find(name) : undefined;
    if (found?.ok) {
      senders.add(found.peerId);
      onNotice(say('cli.receive-from', { name, peerId: found.peerId }));
    } else if (found && found.code !== told) {
      told = found.code;
      onNotice(found.code === 'unknown-peer' ? say('cli.receive-later', { name }) : describeRefusal(found));
    }
    return Promise.resolve({ ok: true, value: senders });
  };
}

async function allowed(target: CommandTarget, from: PeerId | undefined): Promise<Answer<ReadonlySet<PeerId>>> {
  if (from !== undefined) return { ok: true, value: new Set([from]) };
  const peers = await askPeers(target);
  return peers.ok
    ? { ok: true, value: new Set(peers.value.filter(({ verified }) => verified).map(({ peerId }) => peerId)) }
    : peers;
}
