import { expect, test } from 'vitest';
import { createSessionProof } from './session-proof.ts';

const key = (fill: number): { sessions: Buffer } => ({ sessions: Buffer.alloc(32, fill) });
const exported = new Uint8Array(32).fill(7);

test('[SESS-3] a proof holds for its key, its stream and its prover, and for nothing else', () => {
  const ours = createSessionProof([key(1)]);
  const proof = ours.prove(exported, 'ana');
  const altered = proof.map((byte, index) => (index === 31 ? byte ^ 1 : byte));
  expect({
    same: createSessionProof([key(1)]).isProved(exported, 'ana', proof),
    otherKey: createSessionProof([key(2)]).isProved(exported, 'ana', proof),
    otherStream: ours.isProved(new Uint8Array(32).fill(8), 'ana', proof),
    thrownBack: ours.isProved(exported, 'bo', proof),
    altered: ours.isProved(exported, 'ana', altered),
    short: ours.isProved(exported, 'ana', proof.subarray(0, 31)),
    empty: ours.isProved(exported, 'ana', new Uint8Array(0)),
  }).toEqual({ same: true, otherKey: false, otherStream: false, thrownBack: false, altered: false, short: false, empty: false });
});

test('[SESS-3] while a key is replaced, the new and the old one are accepted, and the first one proves', () => {
  const both = createSessionProof([key(1), key(2)]);
  const [old, next] = [createSessionProof([key(1)]), createSessionProof([key(2)])];
  expect({
    acceptsOld: both.isProved(exported, 'ana', old.prove(exported, 'ana')),
    acceptsNew: both.isProved(exported, 'ana', next.prove(exported, 'ana')),
    isAcceptedByOld: old.isProved(exported, 'bo', both.prove(exported, 'bo')),
    isAcceptedByNew: next.isProved(exported, 'bo', both.prove(exported, 'bo')),
  }).toEqual({ acceptsOld: true, acceptsNew: true, isAcceptedByOld: true, isAcceptedByNew: false });
});
