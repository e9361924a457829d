/** Faults of files: offers, their transfer, and the disk. */

/** @type {import('./table.mjs').Mutation[]} */
export const filesMutations = [
  {
    fault: 'A chunk is written whatever its hash.',
    file: 'src/main/core/transfers/receiving/pull-content.ts',
    find: 'if (!areBytesEqual(hash.digest(), chunkHashes.subarray(chunk * hashBytes, (chunk + 1) * hashBytes))) {',
    put: 'if (!areBytesEqual(hash.digest().subarray(0, 0), chunkHashes.subarray(0, 0))) {',
    project: 'sim',
    test: 'test/sim/transfers-attack.test.ts',
  },
  {
    fault: 'A description that is not the offered one is accepted.',
    file: 'src/main/core/transfers/receiving/pull-description.ts',
    find: 'return areBytesEqual(await disk.sha256(bytes), offer.contentId);',
    put: 'return (await disk.sha256(bytes)).length === offer.contentId.length;',
    project: 'sim',
    test: 'test/sim/transfers-attack.test.ts',
  },
  {
    fault: 'A peer gets files that were offered to another one.',
    file: 'src/main/core/transfers/serve.ts',
    find: 'return transfer !== undefined && book.isOwn(transfer) && otherEndOf(transfer) === peerId && mayGoOn(transfer);',
    put: 'return transfer !== undefined && book.isOwn(transfer) && mayGoOn(transfer);',
    project: 'sim',
    test: 'test/sim/transfers-attack.test.ts',
  },
  {
    fault: 'A path that leads out of its folder is accepted.',
    file: 'src/main/core/transfers/manifest-paths.ts',
    find: "segment === '..' ||",
    put: '',
    project: 'unit',
    test: 'src/main/core/transfers/manifest-paths.test.ts',
  },
  {
    fault: 'An offer that was declined can be accepted later.',
    file: 'src/main/core/transfers/states.ts',
    find: 'declined: [],',
    put: "declined: ['accepted', 'running', 'waiting'],",
    project: 'unit',
    test: 'src/main/core/transfers/transfer-book.test.ts',
  },
  {
    fault: 'A piece is accepted that does not begin where the one before it ended.',
    file: 'src/main/core/transfers/receiving/fetch-part.ts',
    find: 'if (offset !== (known?.filled ?? 0) || offset + bytes.length > size)',
    put: 'if (offset + bytes.length > size)',
    project: 'unit',
    test: 'src/main/core/transfers/receiving/fetch-part.test.ts',
  },
  {
    fault: 'The journal has a chunk before the file has it.',
    file: 'src/main/node/files/sink.ts',
    find: `await files.write(partsOf(open, chunk, bytes));
          await journal.mark(chunk);`,
    put: `await journal.mark(chunk);
          await files.write(partsOf(open, chunk, bytes));`,
    project: 'contract',
    test: 'test/contract/files/hostile-places.test.ts',
  },
  {
    fault: 'A resumed transfer believes its journal without a look at the bytes.',
    file: 'src/main/node/files/sink.ts',
    find: 'if (!isThere || Buffer.compare(await sha256(bytes), wanted) !== 0) await journal.unmark(chunk);',
    put: 'if (!isThere) await journal.unmark(chunk);',
    project: 'contract',
    test: 'test/contract/files/hostile-places.test.ts',
  },
];
