/** Faults of crypto: keys, signatures, the team key, and the proofs on a stream. */

/** @type {import('./table.mjs').Mutation[]} */
export const cryptoMutations = [
  {
    fault: 'Any signature counts for a key that nobody saw before.',
    file: 'src/main/node/crypto/identity.ts',
    find: 'if (unpacked === undefined || !isSignedBy(unpacked.pem, bytes, signature)) return false;',
    put: 'if (unpacked === undefined) return false;',
    project: 'unit',
    test: 'src/main/node/crypto/identity.test.ts',
  },
  {
    fault: 'After one valid signature of a key, any signature counts.',
    file: 'src/main/node/crypto/identity.ts',
    find: 'return isSignedBy(found.key, bytes, signature);',
    put: 'return true;',
    project: 'contract',
    test: 'test/contract/ports/signatures.test.ts',
  },
  {
    fault: 'A recorded preface opens a connection again.',
    file: 'src/main/node/crypto/call-preface.ts',
    find: 'if (!matches.includes(true) || used.has(name)) return false;',
    put: 'if (!matches.includes(true)) return false;',
    project: 'unit',
    test: 'src/main/node/crypto/call-preface.test.ts',
  },
  {
    fault: 'A sealed datagram that was changed on its way opens.',
    file: 'src/main/node/crypto/team-key.ts',
    find: 'decipher.final();',
    put: '',
    project: 'unit',
    test: 'src/main/node/crypto/team-key.test.ts',
  },
  {
    fault: 'Two datagrams are sealed with the same nonce.',
    file: 'src/main/node/crypto/team-key.ts',
    find: 'count += 1;',
    put: '',
    project: 'unit',
    test: 'src/main/node/crypto/team-key.test.ts',
  },
  {
    fault: 'The proof of a peer, sent back to it, counts as ours.',
    file: 'src/main/node/crypto/session-proof.ts',
    find: 'return signWith(sessions, exported, proverId);',
    put: 'return signWith(sessions, exported);',
    project: 'unit',
    test: 'src/main/node/crypto/session-proof.test.ts',
  },
  {
    fault: 'A caller talks to another peer than the one it called.',
    file: 'src/main/node/net/tls-transport.ts',
    find: "if (peerId !== expectedPeerId) return fail(peerId === undefined ? 'handshake-failed' : 'wrong-peer');",
    put: "if (peerId === undefined) return fail('handshake-failed');",
    project: 'contract',
    test: 'test/contract/transport/transport-on-system.test.ts',
  },
];
