/**
 * The requests of `hallway send-files` and `hallway receive` (rules FILE-21, FILE-22). As in
 * one-shot.ts, a node of its own or an open Hallway replies, so the commands ask again and again
 * how far it is.
 */
import { resolve } from 'node:path';
import * as z from 'zod';
import { transferSchema } from '../../../../shared/contract/transfers.ts';
import type { PeerId } from '../../../../shared/lib/ids.ts';
import { selectorOf } from '../../../../shared/text/format-offer.ts';
import { say } from '../../../../shared/text/messages/host.ts';
import { pause } from '../../../core/lib/delay.ts';
import type { Clock } from '../../../core/ports.ts';
import { askPeers, readReply, type Answer, type CommandTarget } from './one-shot.ts';

const reportedSchema = transferSchema
  .pick({ transferId: true, from: true, state: true, totalBytes: true, doneBytes: true, paths: true })
  .extend({ code: z.string().optional() });
type Reported = z.infer<typeof reportedSchema>;

/** Between two questions. */
const lookAgainMs = 500;

export interface SendFilesRequest {
  /** A peer ID or a name. */
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
        break;
    }
    if (signal.aborted) return { arrived: false, why: 'not-yet', message: say('cli.files-stopped') };
    if (clock.monotonicMs() >= untilMs) return { arrived: false, why: 'not-yet', message: say('cli.files-not-yet') };
    await pause(clock, lookAgainMs, signal);
  }
}

export interface ReceiveRequest {
  /** Absent means everyone whom the user verified. A name is a claim, so only an ID will do. */
  readonly from?: PeerId;
  /** Absent means the folder of the setting. */
  readonly into?: string;
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
    readonly onProblem: (message: string) => void;
  },
  signal: AbortSignal,
): Promise<string | undefined> {
  const accepted = new Set<string>();
  const refused = new Set<string>();
  while (!signal.aborted) {
    const transfers = await askTransfers(target);
    const allowed = await askAllowed(target, from);
    if (!transfers.ok) return transfers.message;
    if (!allowed.ok) return allowed.message;
    for (const transfer of transfers.value) await take(transfer, allowed.value);
    await pause(deps.clock, lookAgainMs, signal);
  }
  return undefined;

  async function take({ transferId, from: sender, state, paths, code }: Reported, allowed: ReadonlySet<PeerId>): Promise<void> {
    if (state === 'offered' && allowed.has(sender) && !refused.has(transferId)) {
      const directory = into === undefined ? {} : { directory: resolve(into) };
      const reply = readReply(await target.run({ cmd: 'accept', transferId, ...directory }), z.looseObject({}));
      if (reply.ok) accepted.add(transferId);
      else {
        refused.add(transferId);
        deps.onProblem(reply.message);
      }
    } else if (state === 'done' && accepted.delete(transferId)) deps.onArrived(paths);
    else if (state === 'failed' && accepted.delete(transferId))
      deps.onProblem(say('cli.files-failed', { code: selectorOf(code ?? '') }));
    else if (state === 'cancelled' && accepted.delete(transferId)) deps.onProblem(say('cli.files-cancelled'));
  }
}

async function askTransfers(target: CommandTarget): Promise<Answer<readonly Reported[]>> {
  return readReply(
    await target.run({ cmd: 'transfers' }),
    z.object({ transfers: z.array(reportedSchema) }).transform(({ transfers }) => transfers),
  );
}

async function askAllowed(target: CommandTarget, from: PeerId | undefined): Promise<Answer<ReadonlySet<PeerId>>> {
  if (from !== undefined) return { ok: true, value: new Set([from]) };
  const peers = await askPeers(target);
  return peers.ok
    ? { ok: true, value: new Set(peers.value.filter(({ verified }) => verified).map(({ peerId }) => peerId)) }
    : peers;
}
