/** The contact that a name, a code or an ID means in a command. */
import { expect, test } from 'vitest';
import { makeContacts } from '../../../../test/fixtures/contacts.ts';

const dayMs = 86_400_000;
const self = 'z'.repeat(52);
const [ana, bo, cy] = ['a', 'b', 'c'].map((letter) => letter.repeat(52)) as [string, string, string];

function candidates(result: ReturnType<ReturnType<typeof makeContacts>['contacts']['resolve']>): readonly string[] {
  return result.ok ? [result.peerId] : result.candidates.map(({ peerId }) => peerId);
}

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
