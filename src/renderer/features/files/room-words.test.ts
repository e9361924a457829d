import { describe, expect, test } from 'vitest';
import { conversationOf, conversationOfRoom } from '../../../shared/lib/ids.ts';
import type { ShownTransfer } from '../../state/transfers.ts';
import { stateWords } from './transfer-words.ts';

const author = 'a'.repeat(52);

function words(change: Partial<ShownTransfer>, isOwn = false): string {
  const transfer: ShownTransfer = {
    ...{ transferId: 't', conversation: conversationOfRoom('lunch'), from: author, state: 'offered', bytesPerSecond: undefined },
    ...{ files: [], pictures: [], fileCount: 1, totalBytes: 10, doneBytes: 0, paths: [], offeredAtMs: 0, expiresAtMs: 1 },
    ...change,
  };
  return stateWords(transfer, { isOwn, name: 'Ana', isHere: true });
}

describe('[RFILE-30] an offer in a room says', () => {
  test('to its author how many have it, and to keep the files', () => {
    const keptBy = { count: 4, of: 9 };
    expect([words({ keptBy }, true), words({ keptBy, state: 'done' }, true), words({ state: 'cancelled' }, true)]).toEqual([
      '4 of 9 have fetched it. Keep these files where they are: others fetch them from here.',
      '4 of 9 have fetched it.',
      'You withdrew this',
    ]);
  });

  test('to others whose it is, that it is withdrawn, and that nobody has it now', () => {
    const states = [
      words({}),
      words({ state: 'cancelled', code: 'withdrawn' }),
      words({ state: 'cancelled' }),
      words({ state: 'waiting', code: 'offline' }),
      words({ state: 'waiting', code: 'disk-full' }),
    ];
    expect(states).toEqual([
      'Ana offers this to everyone here',
      'Ana withdrew this',
      'Cancelled',
      'Nobody here has this now. The transfer goes on once somebody does.',
      'Your disk is full. Make room, and the transfer goes on.',
    ]);
  });

  test('between two people what it always said', () => {
    const conversation = conversationOf(author);
    expect([words({ conversation }), words({ conversation }, true)]).toEqual([
      'Wants to send you this',
      'Waiting for Ana to accept',
    ]);
  });
});
