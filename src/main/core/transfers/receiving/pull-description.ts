/**
 * Gets the description of a transfer (rules XFER-5, XFER-41): the saved one, or that of the peer.
 * Only the one with the hash of the offer counts, and with the files that it names.
 */
import { areBytesEqual } from '../../lib/bytes.ts';
import { decodeInTurns } from '../decode-in-turns.ts';
import type { Description } from '../description.ts';
import type { EarlyEnd } from './fetch-part.ts';
import { chunkBytes, chunkCountOf } from '../layout.ts';
import { isOfferOf } from '../offered-names.ts';
import type { TransferOptions } from '../options.ts';
import { damaged, outcomeOf, type PullParts } from './pull-parts.ts';

/**
 * @returns `wrong` if what came is not what the offer names: its author can be another one than the
 *   sender
 */
export async function pullDescription(parts: PullParts, options: TransferOptions): Promise<Description | EarlyEnd | 'wrong'> {
  const { disk, fetch } = parts;
  const { transferId, offer } = parts.transfer;
  const known = await disk.loadDescription(transferId);
  const usable = known && (await checkedDescription(parts, known, options));
  if (usable) return usable;
  const bytes = new Uint8Array(offer.descriptionBytes);
  const end = await fetch({
    part: 'description',
    chunkCount: chunkCountOf(bytes.length),
    sizeOf: (chunk) => Math.min(chunkBytes, bytes.length - chunk * chunkBytes),
    isHere: () => false,
    onChunk: (chunk, part) => {
      bytes.set(part, chunk * chunkBytes);
      return Promise.resolve('kept');
    },
  });
  if (end.type !== 'whole') return end;
  if (!(await isOffered(parts, bytes))) return 'wrong';
  const description = await checkedDescription(parts, bytes, options);
  if (!description) return damaged;
  const saved = await disk.saveDescription(transferId, bytes);
  return saved.ok ? description : outcomeOf(saved.code);
}

async function isOffered({ disk, transfer: { offer } }: PullParts, bytes: Uint8Array): Promise<boolean> {
  return areBytesEqual(await disk.sha256(bytes), offer.contentId);
}

async function checkedDescription(
  parts: PullParts,
  bytes: Uint8Array,
  options: TransferOptions,
): Promise<Description | undefined> {
  const { clock, transfer } = parts;
  const { offer } = transfer;
  const description = (await isOffered(parts, bytes)) ? await decodeInTurns(clock, bytes, offer, options) : undefined;
  return description && isOfferOf(offer, description.files) ? description : undefined;
}
