import { createHashes } from '../../node/crypto/hash.ts';
import { expect, test } from 'vitest';
import { createBreakableStore } from '../../../../test/fakes/breakable-store.ts';
import { createFakeClock } from '../../../../test/fakes/fake-clock.ts';
import { sampleAnnouncement } from '../../../../test/fixtures/sample-datagrams.ts';
import { createEmitter } from '../../../shared/lib/emitter.ts';
import type { PeerRecord, RegistryEvent } from '../presence/index.ts';
import { createContacts } from './contacts.ts';

const dayMs = 86_400_000;
const self = 'z'.repeat(52);
const [ana, bo, cy] = ['a', 'b', 'c'].map((letter) => letter.repeat(52)) as [string, string, string];

function makeContacts(store = createBreakableStore({ clock: createFakeClock() })) {
  const clock = createFakeClock();
  const log: string[] = [];
  const registry = createEmitter<RegistryEvent>();
  const here = new Map<string, PeerRecord>();
  const contacts = createContacts({
    clock,
    hash: createHashes(),
    log: { write: (_level, message) => void log.push(message) },
    store,
    ownPeerId: self,
    onForgetting: () => undefined,
    registry: { get: (peerId) => here.get(peerId), list: () => [...here.values()], subscribe: registry.subscribe },
  });
  return {
    clock,
    store,
    log,
    contacts,
    /** Makes the peer appear under that name. */
    arrive(peerId: string, name: string, host = 'host'): void {
      const record = { peerId, announcement: sampleAnnouncement({ name, host }) } as PeerRecord;
      here.set(peerId, record);
      registry.emit({ type: 'joined', record });
    },
    leave(peerId: string): void {
      here.delete(peerId);
      const record = { peerId, lastSeenMs: clock.wallMs() } as PeerRecord;
      registry.emit({ type: 'left', departed: { record, reason: 'goodbye' } });
    },
  };
}

function candidates(result: ReturnType<ReturnType<typeof makeContacts>['contacts']['resolve']>): readonly string[] {
  return result.ok ? [result.peerId] : result.candidates.map(({ peerId }) => peerId);
}

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

test('[TRUST-3] a peer ID or a name in any case finds a contact, listed or not', () => {
  const { arrive, leave, contacts } = makeContacts();
  arrive(ana, 'Ana Pérez');
  arrive(bo, 'Bo');
  leave(bo);
  for (const [who, peerId] of [
    [ana, ana],
    [bo, bo],
    ['ana  PÉREZ', ana],
    ['bo', bo],
    [self, self],
  ] as const) {
    expect(contacts.resolve(who)).toEqual({ ok: true, peerId });
  }
  for (const who of [cy, 'cy', '', '  ']) expect(contacts.resolve(who)).toMatchObject({ ok: false, code: 'unknown-peer' });
});

test('[TRUST-3] a name in a command never means a look-alike, and invisible characters make no difference', () => {
  const { arrive, contacts } = makeContacts();
  arrive(ana, 'Ana \u2764\uFE0F');
  arrive(bo, 'Bo');
  arrive(cy, '\u0412o');
  contacts.setVerified(cy, true);
  expect({
    exact: contacts.resolve('ana \u2764'),
    cyrillic: contacts.resolve('\u0412o'),
    latin: contacts.resolve('Ana'),
  }).toEqual({
    exact: { ok: true, peerId: ana },
    cyrillic: { ok: true, peerId: cy },
    latin: expect.objectContaining({ ok: false, code: 'unknown-peer' }),
  });
});

test('[TRUST-3] a name that two listed peers use is ambiguous, and a listed peer comes before a departed one', () => {
  const { arrive, leave, contacts } = makeContacts();
  arrive(ana, 'Ana');
  arrive(bo, 'Ana');
  const both = contacts.resolve('Ana');
  leave(bo);
  const one = contacts.resolve('Ana');
  leave(ana);
  expect([both.ok, candidates(both)]).toEqual([false, [ana, bo]]);
  expect(one).toEqual({ ok: true, peerId: ana });
  expect(contacts.resolve('Ana')).toMatchObject({ ok: false, code: 'ambiguous-name' });
});

test('[TRUST-3] a listed impostor does not get messages for a verified contact that is away', () => {
  const { arrive, leave, contacts } = makeContacts();
  arrive(ana, 'Ana');
  contacts.setVerified(ana, true);
  leave(ana);
  arrive(bo, 'Ana');
  const result = contacts.resolve('ana');
  expect([result.ok, candidates(result)]).toEqual([false, [bo, ana]]);
});

test.each([
  ['Ana', 'sameName'],
  ['\u0410na', 'lookAlike'],
])('[TRUST-3] a listed impostor called %j does not get messages for a contact that is away: %s', async (name, why) => {
  const { clock, arrive, leave, contacts } = makeContacts();
  arrive(ana, 'Ana');
  leave(ana);
  await clock.advance(dayMs);
  arrive(bo, name);
  const asked = contacts.resolve(name);
  expect([asked, contacts.resolve(bo), contacts.resolve(bo.slice(0, 16))]).toEqual([
    {
      ok: false,
      code: 'ambiguous-name',
      values: { name, earlier: 'Ana', why },
      candidates: [
        { peerId: bo, name, isHere: true },
        { peerId: ana, name: 'Ana', isHere: false },
      ],
    },
    { ok: true, peerId: bo },
    { ok: true, peerId: bo },
  ]);
});

test('[TRUST-3] the new key of a person who installed Hallway anew has the name once it is verified', () => {
  const { arrive, leave, contacts } = makeContacts();
  arrive(ana, 'Ana');
  leave(ana);
  arrive(bo, 'Ana');
  const before = contacts.resolve('Ana').ok;
  contacts.setVerified(bo, true);
  const verified = contacts.resolve('Ana');
  contacts.setVerified(bo, false);
  contacts.setBlocked(ana, true);
  expect({ before, verified, withFirstBlocked: contacts.resolve('Ana') }).toEqual({
    before: false,
    verified: { ok: true, peerId: bo },
    withFirstBlocked: { ok: true, peerId: bo },
  });
});

test('[TRUST-3] a blocked impostor that took the name first does not hide the contact that took it next', async () => {
  const { clock, arrive, leave, contacts } = makeContacts();
  for (const peerId of [cy, ana]) {
    arrive(peerId, 'Ana');
    leave(peerId);
    await clock.advance(dayMs);
  }
  contacts.setBlocked(cy, true);
  arrive(bo, 'Ana');
  expect(candidates(contacts.resolve('Ana'))).toEqual([bo, ana]);
});

test('[TRUST-3] a blocked contact that is listed does not take the name from one that is away', () => {
  const { arrive, leave, contacts } = makeContacts();
  arrive(ana, 'Ana');
  leave(ana);
  arrive(bo, 'Ana');
  contacts.setBlocked(bo, true);
  expect(contacts.resolve('Ana')).toEqual({ ok: true, peerId: ana });
});

test('[TRUST-3, TRUST-13] a code means its contact, also in groups, and a name that is another code is ambiguous', () => {
  const { arrive, leave, contacts } = makeContacts();
  arrive(ana, 'Ana');
  leave(ana);
  const code = ana.slice(0, 16);
  const found = [code, 'AAAA aaaa aaaa aaaa', ana.slice(0, 20)].map((who) => contacts.resolve(who));
  const short = contacts.resolve(ana.slice(0, 15));
  arrive(bo, code);
  const stolen = contacts.resolve(code);
  expect({ found, short: short.ok, stolen: candidates(stolen), isStolen: stolen.ok }).toEqual({
    found: Array.from({ length: 3 }, () => ({ ok: true, peerId: ana })),
    short: false,
    stolen: [bo, ana],
    isStolen: false,
  });
});

test('[TRUST-3] a blocked contact counts only if no other contact has the name', () => {
  const { arrive, leave, contacts } = makeContacts();
  arrive(ana, 'Ana');
  leave(ana);
  arrive(bo, 'Ana');
  contacts.setVerified(ana, true);
  contacts.setBlocked(bo, true);
  const withOther = contacts.resolve('Ana');
  arrive(cy, 'Cy');
  contacts.setBlocked(cy, true);
  expect([withOther, contacts.resolve('Cy')]).toEqual([
    { ok: true, peerId: ana },
    { ok: true, peerId: cy },
  ]);
});

test('[TRUST-3] a refusal names at most ten candidates', () => {
  const { arrive, contacts } = makeContacts();
  for (let index = 0; index < 20; index += 1) arrive(String.fromCharCode(97 + index).repeat(52), 'Ana');
  expect(candidates(contacts.resolve('Ana'))).toHaveLength(10);
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
