/** How a session opens: hello, versions, and the proof of the team key. */
import { expect, test } from 'vitest';
import type { SessionProof } from '../../ports.ts';
import type { Frame } from '../wire/frames.ts';
import {
  hello,
  message,
  makeWorld,
  makeSessions,
  makeSessionWithUnknownSender,
} from '../../../../../test/fixtures/session-pair.ts';

test('[SESS-1] both ends send hello, then exchange frames', async () => {
  const world = await makeWorld();
  const [ana, bo] = await makeSessions(world);
  ana.session.send({ type: 'messages', messages: [message] });
  bo.session.send({ type: 'typing', isTyping: true });
  await world.clock.advance(100);
  expect({ opened: [ana.opened, bo.opened], ana: ana.frames, bo: bo.frames }).toEqual({
    opened: [1, 1],
    ana: [{ type: 'typing', isTyping: true }],
    bo: [{ type: 'messages', messages: [message] }],
  });
});

test.each([
  ['a frame before hello', [{ type: 'typing', isTyping: true }]],
  ['a ping before hello', [{ type: 'ping', nonce: 1 }]],
  ['two hellos', [hello, hello]],
] as const)('[SESS-1] %s closes the session', async (_what, said) => {
  const world = await makeWorld();
  const [ana, unknownSender] = await makeSessionWithUnknownSender(world);
  for (const frame of said) unknownSender.say(frame);
  await world.clock.advance(100);
  expect(ana.ends).toEqual([{ by: 'us', reason: 'unexpected' }]);
  expect(unknownSender.frames.at(-1)).toEqual({ type: 'bye', reason: 'unexpected' });
});

test('[SESS-2] a peer without a common version is refused with the reason, and one with more is accepted', async () => {
  const world = await makeWorld();
  const [refusing, later] = await makeSessionWithUnknownSender(world);
  later.say({ ...hello, lowestVersion: 2, highestVersion: 9 });
  const [welcoming, both] = await makeSessionWithUnknownSender(world);
  both.say({ ...hello, highestVersion: 9 });
  await world.clock.advance(100);
  expect(refusing.ends).toEqual([{ by: 'us', reason: 'version' }]);
  expect(later.frames).toEqual([hello, { type: 'bye', reason: 'version' }]);
  expect({ opened: welcoming.opened, ends: welcoming.ends }).toEqual({ opened: 1, ends: [] });
});

test.each([
  ['the same key', 'coffee', 'coffee', 1, undefined],
  ['another key', 'coffee', 'tea', 0, 'team-key'],
  ['no key', 'coffee', undefined, 0, 'team-key'],
  ['a key where we have none', undefined, 'tea', 0, 'team-key'],
])('[SESS-3] with %s', async (_what, ours, theirs, opened, reason) => {
  const world = await makeWorld();
  const proofs = [ours, theirs].map((key) => (key === undefined ? {} : { proof: fakeProof(key) }));
  const [ana, bo] = await makeSessions(world, proofs[0], proofs[1]);
  expect([ana.opened, bo.opened]).toEqual([opened, opened]);
  expect(new Set([...ana.ends, ...bo.ends].map((end) => end.reason))).toEqual(new Set(reason === undefined ? [] : [reason]));
});

test('[SESS-3] a reflected proof, or one from another stream, is refused', async () => {
  const world = await makeWorld();
  const [thrown, thrower] = await makeSessionWithUnknownSender(world, { proof: fakeProof('coffee') });
  await world.clock.advance(10);
  const [heard] = thrower.frames;
  thrower.say(heard as Frame);
  // The proof of an honest peer, on a stream of its own.
  const [bystander] = await makeSessions(world, { proof: fakeProof('coffee') }, { proof: fakeProof('coffee') });
  const [replayed, replayer] = await makeSessionWithUnknownSender(world, { proof: fakeProof('coffee') });
  const exported = bystander.exported();
  replayer.say({ ...hello, proof: fakeProof('coffee').prove(exported, world.bo.peerId) });
  await world.clock.advance(100);
  expect(heard).toMatchObject({ type: 'hello', proof: expect.any(Uint8Array) as Uint8Array });
  expect([thrown.ends, replayed.ends]).toEqual([[{ by: 'us', reason: 'team-key' }], [{ by: 'us', reason: 'team-key' }]]);
});

/** Key, stream and prover all count, as in the real one. */
function fakeProof(key: string): SessionProof {
  const prove = (exported: Uint8Array, proverId: string): Uint8Array => {
    const proof = new Uint8Array(32);
    for (const [index, byte] of [...new TextEncoder().encode(`${key} ${proverId} ${exported.join()}`)].entries()) {
      proof[index % 32] = Math.imul((proof[index % 32] as number) + 1, 31) + byte;
    }
    return proof;
  };
  return { prove, isProved: (exported, proverId, proof) => prove(exported, proverId).join() === proof.join() };
}

test('[FRAME-10] frames of rooms go only to a peer whose hello has `rooms-1`', async () => {
  const world = await makeWorld();
  const [ana, bo] = await makeSessions(world);
  const taken = { type: 'taken', hashes: ['0123456789abcdef'] } as const;
  const sent = ana.session.send(taken);
  const [cy, old] = await makeSessionWithUnknownSender(world);
  old.say({ ...hello, capabilities: [] });
  await world.clock.advance(100);
  const refused = cy.session.send(taken);
  await world.clock.advance(100);
  expect({ sent, refused, has: [ana, cy].map(({ session }) => session.hasRooms), bo: bo.frames }).toEqual({
    sent: true,
    refused: false,
    has: [true, false],
    bo: [taken],
  });
  expect(old.frames.map(({ type }) => type)).toEqual(['hello']);
});
