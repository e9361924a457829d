/** Member lists of private rooms: which versions are valid, and which of two lists counts. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSimSignatures } from '../../../../../test/fakes/sim-identity.ts';
import { createHashes } from '../../../node/crypto/hash.ts';
import type { Identity } from '../../ports.ts';
import { decodeChange, maxVersions, signChange, verifyChange, type ChangeContent, type SignedChange } from './member-change.ts';
import { cameWith, chainOf, compareChains, everIn, wentWith, withChange, type Chain } from './member-list.ts';
import { privateRoomIdOf } from './private-id.ts';

const hash = createHashes();
const signatures = createSimSignatures();
const deps = { signatures, hash };
const [ana, bo, cy, di] = ['ana', 'bo', 'cy', 'di'].map((name) => signatures.identity(name)) as [
  Identity,
  Identity,
  Identity,
  Identity,
];
const secret = new Uint8Array(16).fill(3);
const room = privateRoomIdOf(secret, ana.publicKey, hash);

function sign(by: Identity, content: ChangeContent, before?: SignedChange, version = (before?.version ?? 0) + 1): SignedChange {
  const head = { room, version, previous: before?.hash ?? new Uint8Array(32), atMs: 1_000 };
  return signChange(head, content, { identity: by, hash });
}

const created = (people: readonly Identity[] = [bo, cy]): SignedChange =>
  sign(ana, { what: 'create', secret, title: 'Plans', people: people.map(({ peerId }) => peerId) });

/** Each entry is a signer and a change of the version before. */
function build(
  entries: readonly (readonly [Identity, ChangeContent])[],
  start: SignedChange = created(),
): readonly SignedChange[] {
  return entries.reduce<readonly SignedChange[]>((chain, [by, content]) => [...chain, sign(by, content, chain.at(-1))], [start]);
}

function judged(changes: readonly SignedChange[], held?: Chain): Chain | string {
  return chainOf(
    room,
    held,
    changes.map(({ bytes }) => bytes),
    deps,
  );
}

function valid(changes: readonly SignedChange[]): Chain {
  const chain = judged(changes);
  if (typeof chain === 'string') throw new Error(chain);
  return chain;
}

const add = (...people: readonly Identity[]): ChangeContent => ({ what: 'add', people: people.map(({ peerId }) => peerId) });
const remove = (...people: readonly Identity[]): ChangeContent => ({
  what: 'remove',
  people: people.map(({ peerId }) => peerId),
});
const admin = (person: Identity): ChangeContent => ({ what: 'admin', people: [person.peerId] });
const title = (text: string): ChangeContent => ({ what: 'title', title: text });

describe('a version', () => {
  test('[ROOM-171] decodes to what was signed, and verifies', () => {
    for (const content of [add(di), remove(bo, cy), title('Neu'), admin(bo)]) {
      const change = sign(ana, content, created());
      const { previous, hash: ownHash, ...rest } = change;
      const verified = verifyChange(change.bytes, deps);
      expect(verified).toMatchObject(rest);
      expect([verified?.previous, verified?.hash].map((bytes) => [...(bytes ?? [])])).toEqual([[...previous], [...ownHash]]);
    }
  });

  test('[ROOM-171] any other bytes are no version', () => {
    const { bytes } = sign(ana, add(di), created());
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (any) => decodeChange(any) === undefined));
    const cut = bytes.slice(0, -1);
    const long = Uint8Array.of(...bytes, 0);
    expect([verifyChange(cut, deps), verifyChange(long, deps)]).toEqual([undefined, undefined]);
    for (let at = 0; at < bytes.length; at += 1) {
      const changed = bytes.slice();
      changed[at] = (changed[at] as number) ^ 1;
      expect(verifyChange(changed, deps)).toBeUndefined();
    }
  });
});

describe('a list', () => {
  test('[ROOM-172] follows from its versions', () => {
    const { list } = valid(
      build([
        [ana, add(di)],
        [ana, admin(bo)],
        [bo, title('Party')],
        [bo, remove(cy)],
      ]),
    );
    expect(list).toEqual({
      ...{ room, version: 5, title: 'Party', creator: ana.peerId, admins: [ana.peerId, bo.peerId] },
      people: [ana, bo, di].map(({ peerId }) => peerId),
    });
  });

  test('[ROOM-172] of another room, or with a version of another room, is refused', () => {
    const other = new Uint8Array(16).fill(4);
    const head = { room: privateRoomIdOf(other, ana.publicKey, hash), previous: new Uint8Array(32), atMs: 1_000 };
    const content = { what: 'create', secret: other, title: 'Plans', people: [] } as const;
    const start = signChange({ ...head, version: 1 }, content, { identity: ana, hash });
    const next = signChange({ ...head, version: 2, previous: created().hash }, add(di), { identity: ana, hash });
    expect([judged([start]), judged([created(), next]), judged([next], valid([created()]))]).toEqual([
      ...['forged', 'forged', 'forged'],
    ]);
  });

  test('[ROOM-172] is refused with a version that names somebody twice', () => {
    expect(judged([created(), sign(ana, add(di, di), created())])).toBe('forged');
    expect(judged([created([bo, bo])])).toBe('forged');
  });

  test.each<readonly [string, readonly (readonly [Identity, ChangeContent])[]]>([
    ['a member who is no admin', [[bo, add(di)]]],
    ['a stranger', [[di, add(di)]]],
    [
      'an admin who was removed',
      [
        [ana, admin(bo)],
        [ana, remove(bo)],
        [bo, add(di)],
      ],
    ],
    [
      'an admin who removes another',
      [
        [ana, admin(bo)],
        [ana, admin(cy)],
        [bo, remove(cy)],
      ],
    ],
    [
      'an admin who removes the creator',
      [
        [ana, admin(bo)],
        [bo, remove(ana)],
      ],
    ],
    [
      'an admin who makes an admin',
      [
        [ana, admin(bo)],
        [bo, admin(cy)],
      ],
    ],
    ['adding a member', [[ana, add(bo)]]],
    ['removing somebody else', [[ana, remove(di)]]],
    ['an admin who is no member', [[ana, admin(di)]]],
    ['creating again', [[ana, { what: 'create', secret, title: 'Again', people: [] }]]],
  ])('[ROOM-172] is refused with a version by %s', (_who, entries) => {
    expect(judged(build(entries))).toBe('forged');
  });

  test('[ROOM-172] is refused with another creator, with gaps, and beyond 64 members and 1,000 versions', () => {
    const people = Array.from({ length: 64 }, (_, index) => signatures.identity(`many ${index}`));
    const forged = sign(bo, { what: 'create', secret, title: 'Plans', people: [] });
    const titles = Array.from({ length: maxVersions }, (_, index) => [ana, title(`T${index}`)] as const);
    expect({
      creator: judged([forged]),
      gap: judged([created(), sign(ana, add(di), created(), 3)]),
      order: judged([created(), sign(ana, add(di), sign(ana, title('x'), created()), 2)]),
      full: judged([created(people.slice(0, 63))]) instanceof Object,
      many: judged([created(people)]),
      added: judged(build([[ana, add(...people.slice(0, 62))]])),
      versions: withChange(valid(build(titles.slice(1))), sign(ana, title('last'), build(titles.slice(1)).at(-1)), hash),
      unattached: judged(build([[ana, add(di)]]).slice(1)),
    }).toEqual({
      ...{ creator: 'forged', gap: 'forged', order: 'forged', full: true, many: 'forged', added: 'forged' },
      ...{ versions: undefined, unattached: 'unattached' },
    });
  });

  test('[ROOM-172] if no admin is left, the first member is the next; nobody stays in a room alone by force', () => {
    const chain = valid(
      build([
        [ana, remove(ana)],
        [bo, remove(cy)],
      ]),
    );
    expect(chain.list).toMatchObject({ admins: [bo.peerId], people: [bo.peerId], creator: ana.peerId });
  });

  test('[ROOM-183] knows who came and went with which version, and who ever was a member', () => {
    const chain = valid(
      build([
        [ana, remove(cy)],
        [ana, add(di)],
        [ana, add(cy)],
        [ana, remove(bo)],
      ]),
    );
    expect({
      cy: cameWith(chain, cy.peerId)?.version,
      bo: [cameWith(chain, bo.peerId), wentWith(chain, bo.peerId)?.version],
      ever: everIn(chain),
    }).toEqual({ cy: 4, bo: [undefined, 5], ever: new Set([ana, bo, cy, di].map(({ peerId }) => peerId)) });
  });
});

describe('of two lists', () => {
  const start = [
    [ana, admin(bo)],
    [ana, admin(cy)],
  ] as const;
  const base = build([...start]);
  const fork = (...entries: readonly (readonly [Identity, ChangeContent])[]): Chain =>
    valid(entries.reduce<readonly SignedChange[]>((chain, [by, content]) => [...chain, sign(by, content, chain.at(-1))], base));

  test('[ROOM-173] the longer one counts, if it begins with the other: an old list is refused', () => {
    const [older, newer] = [fork([bo, add(di)]), fork([bo, add(di)], [bo, title('New')])];
    expect([compareChains(newer, older) < 0, compareChains(older, newer) > 0, compareChains(newer, newer)]).toEqual([
      true,
      true,
      0,
    ]);
  });

  test('[ROOM-173] the one with a version of the creator behind the fork counts, whatever the lengths', () => {
    const removed = fork([ana, remove(bo)]);
    const revolt = fork(...Array.from({ length: 9 }, (_, index) => [bo, title(`Bo ${index}`)] as const));
    expect([compareChains(removed, revolt) < 0, compareChains(revolt, removed) > 0]).toEqual([true, true]);
  });

  test('[ROOM-173] without one, the lower hash where they differ decides', () => {
    const [one, other] = [fork([bo, title('One')], [bo, title('More')]), fork([cy, title('Other')])];
    const lower = Buffer.compare(one.changes[3]?.hash as Uint8Array, other.changes[3]?.hash as Uint8Array) < 0 ? one : other;
    const sorted = [one, other].sort(compareChains);
    expect(sorted[0]).toBe(lower);
  });

  test('[ROOM-173] random forks: every order of arrival ends with the same list', () => {
    const entry = fc
      .tuple(fc.constantFrom(ana, bo, cy), fc.constantFrom('a', 'b', 'c'))
      .map(([by, text]) => [by, title(text)] as const);
    const forks = fc.array(fc.array(entry, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(forks, fc.integer(), (all, turn) => {
        const chains = all.map((entries) => fork(...entries));
        const at = Math.abs(turn) % chains.length;
        const best = (ordered: readonly Chain[]): Chain => ordered.reduce((a, b) => (compareChains(a, b) <= 0 ? a : b));
        const winners = [chains, [...chains].reverse(), [...chains.slice(at), ...chains.slice(0, at)]].map(best);
        expect(new Set(winners.map(({ changes }) => Buffer.from(changes.at(-1)?.hash as Uint8Array).toString('hex'))).size).toBe(
          1,
        );
      }),
      { numRuns: 200 },
    );
  });

  test('[ROOM-173] a fork is judged from where it leaves the list that is held', () => {
    const held = fork([bo, title('One')]);
    const other = sign(cy, title('Other'), base.at(-1));
    const chain = judged([other], held);
    expect(typeof chain === 'string' ? chain : chain.list).toMatchObject({ version: 4, title: 'Other' });
    expect(judged([sign(cy, title('Late'), other)], held)).toBe('unattached');
  });
});
