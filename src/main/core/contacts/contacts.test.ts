import { expect, test } from 'vitest';
import { makeContacts } from '../../../../test/fixtures/contacts.ts';

const dayMs = 86_400_000;
const [ana, bo, cy] = ['a', 'b', 'c'].map((letter) => letter.repeat(52)) as [string, string, string];

test('[TRUST-1] a contact has the name used last, and the times of the first and last sight', async () => {
  const { clock, arrive, leave, store, contacts } = makeContacts();
  const firstMs = clock.wallMs();
  arrive(ana, 'Ana');
  await clock.advance(1_000);
  arrive(ana, 'Anna');
  await clock.advance(1_000);
  leave(ana);
  expect(contacts.get(ana)).toEqual({
    peerId: ana,
    name: 'Anna',
    nameSinceMs: firstMs + 1_000,
    firstSeenMs: firstMs,
    lastSeenMs: firstMs + 2_000,
    verified: false,
    blocked: false,
  });
  contacts.close();
  expect(makeContacts(store).contacts.get(ana)).toEqual(contacts.get(ana));
});

test('[TRUST-1] the same name with another key is another person', () => {
  const { arrive, contacts } = makeContacts();
  arrive(ana, 'Ana');
  contacts.setVerified(ana, true);
  arrive(bo, 'Ana');
  expect([contacts.get(ana)?.verified, contacts.get(bo)?.verified]).toEqual([true, false]);
});

test('[TRUST-1] a peer whose name shows nothing gets the name of its host', () => {
  const { arrive, contacts } = makeContacts();
  arrive(ana, '', 'ana-pc');
  expect(contacts.resolve('Ana-PC')).toEqual({ ok: true, peerId: ana });
});

test('[TRUST-2] a peer that takes the name of another key gets the warning, and the other does not', async () => {
  const { clock, arrive, leave, contacts } = makeContacts();
  arrive(ana, 'Ana');
  leave(ana);
  await clock.advance(dayMs);
  arrive(bo, ' aNa ');
  expect([contacts.earlierHolder(bo)?.peerId, contacts.earlierHolder(ana)]).toEqual([ana, undefined]);
});

test('[TRUST-2] the key that took the name first counts, not the key that was met first', async () => {
  const { clock, arrive, contacts } = makeContacts();
  arrive(bo, 'Mallory');
  await clock.advance(dayMs);
  arrive(ana, 'Ana');
  await clock.advance(dayMs);
  arrive(bo, 'Ana');
  expect([contacts.earlierHolder(bo)?.peerId, contacts.earlierHolder(ana)]).toEqual([ana, undefined]);
});

test('[TRUST-2] a clock that is set back a day does not give the warning to the wrong peer', async () => {
  const { clock, arrive, contacts } = makeContacts();
  arrive(ana, 'Ana');
  clock.jumpWall(-dayMs);
  arrive(bo, 'Ana');
  expect([contacts.earlierHolder(bo)?.peerId, contacts.earlierHolder(ana)]).toEqual([ana, undefined]);
});

test('[TRUST-2] case makes no difference, and a peer that gives up the name loses its warning', () => {
  const { arrive, contacts } = makeContacts();
  arrive(ana, 'Ana');
  arrive(bo, 'ANA');
  arrive(ana, 'ana');
  const written = contacts.earlierHolder(bo)?.peerId;
  arrive(bo, 'Bo');
  expect([written, contacts.earlierHolder(bo), contacts.earlierHolder(ana)]).toEqual([ana, undefined, undefined]);
});

test.each([
  ['Ana \u2764\uFE0F', 'Ana \u2764', 'an invisible variation selector'],
  ['Ana', 'A\u200Bna', 'an invisible space'],
  ['Ana', '\u0410na', 'a Cyrillic letter'],
  ['Ian', 'lan', 'a small L'],
])('[TRUST-2] %j and %j are a reason to warn: %s', async (name, other) => {
  const { clock, arrive, contacts } = makeContacts();
  arrive(ana, name);
  await clock.advance(dayMs);
  arrive(bo, other);
  expect([contacts.earlierHolder(bo)?.peerId, contacts.earlierHolder(ana)]).toEqual([ana, undefined]);
});

test('[TRUST-2] a look-alike is later than the name it looks like, even if the clock is set back', () => {
  const { clock, arrive, contacts } = makeContacts();
  arrive(ana, 'Ana');
  clock.jumpWall(-dayMs);
  arrive(bo, '\u0410na');
  expect([contacts.earlierHolder(bo)?.peerId, contacts.earlierHolder(ana)]).toEqual([ana, undefined]);
});

test('[TRUST-2] a peer that drops a look-alike name leaves no warning', () => {
  const { arrive, contacts } = makeContacts();
  arrive(bo, '\u0410na');
  arrive(bo, 'Bo');
  arrive(ana, 'Ana');
  expect(contacts.earlierHolder(ana)).toBeUndefined();
});

test('[TRUST-2] a verified contact gets no warning, and every other holder of the name gets one about it', async () => {
  const { clock, arrive, contacts } = makeContacts();
  for (const peerId of [ana, bo, cy]) {
    arrive(peerId, 'Ana');
    await clock.advance(1);
  }
  contacts.setVerified(bo, true);
  expect([ana, bo, cy].map((peerId) => contacts.earlierHolder(peerId)?.peerId)).toEqual([bo, undefined, bo]);
});

test('[TRUST-2] of two verified contacts with one name neither gets a warning', async () => {
  const { clock, arrive, contacts } = makeContacts();
  for (const peerId of [ana, bo]) {
    arrive(peerId, 'Ana');
    contacts.setVerified(peerId, true);
    await clock.advance(1);
  }
  expect([ana, bo].map((peerId) => contacts.earlierHolder(peerId)?.peerId)).toEqual([undefined, undefined]);
});

test('[TRUST-5] a mark survives a restart, and subscribers learn of it', () => {
  const { arrive, contacts, store } = makeContacts();
  const emitted: string[] = [];
  contacts.subscribe((peerId) => emitted.push(peerId));
  arrive(ana, 'Ana');
  arrive(bo, 'Bo');
  expect([contacts.setVerified(ana, true), contacts.setBlocked(bo, true), contacts.setVerified(cy, true)]).toEqual([
    true,
    true,
    false,
  ]);
  const after = makeContacts(store).contacts;
  expect([after.isVerified(ana), after.isBlocked(ana), after.isVerified(bo), after.isBlocked(bo)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
  expect(emitted).toEqual([ana, bo]);
});

test('[TRUST-5] a mark that cannot be persisted is not set, and the contact is known all the same', () => {
  const { arrive, contacts, store, log } = makeContacts();
  arrive(ana, 'Ana');
  store.refuseWrites = 'full';
  arrive(bo, 'Bo');
  const decided = [contacts.setVerified(ana, true), contacts.setBlocked(bo, true)];
  expect([decided, contacts.get(ana)?.verified, contacts.get(bo)?.blocked]).toEqual([[false, false], false, false]);
  expect(contacts.resolve('bo')).toEqual({ ok: true, peerId: bo });
  expect(log).toEqual(Array.from({ length: 2 }, () => 'contacts could not be persisted'));
});
