/** Faults of presence: the list of peers, and how a peer gets into it. */

/** @type {import('./table.mjs').Mutation[]} */
export const presenceMutations = [
  {
    fault: 'A datagram with a wrong signature is believed.',
    file: 'src/main/core/presence/inbound/authenticate.ts',
    find: 'if (peerId === undefined || !deps.signatures.verify(datagram.publicKey, signedBytes, signature)) {',
    put: 'if (peerId === undefined) {',
    project: 'unit',
    test: 'src/main/core/presence/inbound/authenticate.test.ts',
  },
  {
    fault: 'A datagram that was seen before counts as new.',
    file: 'src/main/core/presence/inbound/replay-window.ts',
    find: 'if (bit >= windowSize || (window.seen & (1 << bit)) !== 0) return false;',
    put: 'if (bit >= windowSize) return false;',
    project: 'unit',
    test: 'src/main/core/presence/inbound/replay-window.test.ts',
  },
  {
    fault: 'A datagram that the goodbye overtook lists its sender again.',
    file: 'src/main/core/presence/inbound/replay-window.ts',
    find: 'if (window) window.seen = allSeen;',
    put: 'if (window) window.seen = window.seen & allSeen;',
    project: 'unit',
    test: 'src/main/core/presence/inbound/replay-window.test.ts',
  },
  {
    fault: 'A HELLO-ACK proves a candidate whatever nonce it echoes.',
    file: 'src/main/core/presence/discovery/handshake.ts',
    find: 'if (!nonce.every((byte, index) => byte === asked[index])) return undefined;',
    put: 'if (nonce.length !== asked.length) return undefined;',
    project: 'unit',
    test: 'src/main/core/presence/discovery/handshake.test.ts',
  },
  {
    fault: 'A HELLO-ACK proves an address that no HELLO went to.',
    file: 'src/main/core/presence/discovery/handshake.ts',
    find: 'const asked = attempt?.nonces.get(source.address);',
    put: 'const asked = attempt && [...attempt.nonces.values()].at(-1);',
    project: 'unit',
    test: 'src/main/core/presence/discovery/handshake.test.ts',
  },
  {
    fault: 'Silence expires peers while our own network is in doubt.',
    file: 'src/main/core/presence/registry/idle-timer.ts',
    find: 'if (mayExpire()) {',
    put: 'if (nowMs >= silence.fromMs) {',
    project: 'unit',
    test: 'src/main/core/presence/registry/idle-timer.test.ts',
  },
  {
    fault: 'A PONG that comes after its deadline still validates an address.',
    file: 'src/main/core/presence/discovery/path-validation.ts',
    find: 'return clock.monotonicMs() - question.atMs < answerMs ? question.address : undefined;',
    put: 'return question.address;',
    project: 'unit',
    test: 'src/main/core/presence/discovery/path-validation.test.ts',
  },
  {
    fault: 'An address that proved nothing gets any number of bytes.',
    file: 'src/main/core/presence/net/address-credit.ts',
    find: 'account.creditBytes -= costOf(destination, datagramBytes);',
    put: '',
    project: 'unit',
    test: 'src/main/core/presence/net/address-credit.test.ts',
  },
];
