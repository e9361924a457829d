/**
 * Compares our list of a private room with the one that a peer names by its hashes (rule ROOM-178).
 * Pure.
 */
import { maxHashesPerState } from '../../messaging/wire/private-frames.ts';
import { toHex } from '../../lib/hex.ts';
import type { Chain } from './member-list.ts';

/**
 * `same` · `behind`: the peer has later versions than we · `send`: the peer lacks what follows the
 * first `from` versions, or has others; 0 if nothing in common is known.
 */
export type ListAnswer = { readonly kind: 'same' | 'behind' } | { readonly kind: 'send'; readonly from: number };

interface Named {
  readonly version: number;
  /** The latest first. */
  readonly hashes: readonly string[];
}

const hashBytes = 8;

/** Of the latest versions, the latest first. */
export function hashesOf({ changes }: Chain): readonly string[] {
  return changes
    .slice(-maxHashesPerState)
    .reverse()
    .map(({ hash }) => toHex(hash.subarray(0, hashBytes)));
}

export function answerTo(chain: Chain, { version, hashes }: Named): ListAnswer {
  const { changes } = chain;
  for (const [index, named] of hashes.entries()) {
    const at = version - index;
    const ours = changes[at - 1];
    if (!ours || toHex(ours.hash.subarray(0, hashBytes)) !== named) continue;
    if (index === 0) return at === changes.length ? { kind: 'same' } : { kind: 'send', from: at };
    return at === changes.length ? { kind: 'behind' } : { kind: 'send', from: at };
  }
  return { kind: 'send', from: 0 };
}
