import { expect, test } from 'vitest';
import { samplePeerRecord } from '../../../../test/fixtures/sample-peer.ts';
import { createSettings } from '../settings/settings.ts';
import { createOwnProfile, defaultName, type Profile } from './own-profile.ts';

function profileOf(change: Partial<Profile> = {}, here: readonly string[] = []) {
  const records = here.map((name) => samplePeerRecord(name));
  const { name = 'Ana', host = 'ana-pc', ...chosen } = change;
  const settings = createSettings({ checks: {} }, { defaults: { name: defaultName(name, host) }, chosen });
  return createOwnProfile(
    { here: () => records, settings, busyUntilMs: () => undefined, isAway: () => false, cannotTellAway: () => false },
    { host },
  );
}

test('[WIRE-6, WIRE-7] our texts are cleaned before peers see them, and the host replaces a missing name', () => {
  const shown = (change: Partial<Profile>): Profile => profileOf(change).current();
  expect(shown({ name: '\u202eAna\u0000 R' }).name).toBe('Ana R');
  expect(shown({ name: ' \u200b ', host: 'desk-7' }).name).toBe('desk-7');
  expect(shown({ name: '', host: '' }).name).toBe('unnamed');
});

test('[PROF-1] a change keeps the fields that it does not name', () => {
  const profile = profileOf({ status: 'busy', note: 'Hi' });
  for (const change of [{ name: ' Ana  R\u202e ' }, { note: '' }, {}]) expect(profile.change(change)).toBeUndefined();
  expect(profile.current()).toEqual({ name: 'Ana R', host: 'ana-pc', status: 'busy', note: '' });
});

test('[AWAY-11] another status drops the end of a busy one, and so does a busy one without an end', () => {
  const settings = createSettings({ checks: {} });
  const parts = { here: () => [], settings, busyUntilMs: () => undefined, isAway: () => false, cannotTellAway: () => false };
  const profile = createOwnProfile(parts, { host: 'ana-pc' });
  const ends = (['away', 'available', 'busy'] as const).map((status) => {
    profile.change({ status: 'busy', busyUntilMs: 7 });
    const before = settings.get('busyUntilMs');
    profile.change({ status });
    return [before, settings.get('busyUntilMs')];
  });
  profile.change({ status: 'busy', busyUntilMs: 7 });
  profile.change({ note: 'at lunch' });
  expect({ ends, kept: settings.get('busyUntilMs') }).toEqual({ ends: ends.map(() => [7, null]), kept: 7 });
});

test('[PROF-2] empty and reserved names, and names of peers, are refused with a code and change nothing', () => {
  const profile = profileOf({}, ['Bo Li']);
  const refused: readonly (readonly [string, string])[] = [
    ['', 'bad-name'],
    [' \t\u200b', 'bad-name'],
    ['\u202e', 'bad-name'],
    ['\u200d', 'bad-name'],
    ['\u2800', 'bad-name'],
    ['Server', 'name-reserved'],
    ['@everyone', 'name-reserved'],
    ['sys\u200dtem', 'name-reserved'],
    ['sys\u00adtem', 'name-reserved'],
    ['bo li', 'name-in-use'],
    ['BoLi', 'name-in-use'],
    ['Bo\u200d Li', 'name-in-use'],
  ];
  expect(refused.map(([name]) => [name, profile.change({ name, note: 'changed' })?.code])).toEqual(refused);
  expect(profile.current()).toMatchObject({ name: 'Ana', note: '' });
});

test.each([
  ['Ana \u2764\uFE0F', 'Ana \u2764'],
  ['Bo Li', '\u0412o Li'],
  ['Bo Li', 'B0 Li'],
])('[PROF-2] while %j is online, %j is refused with the name of that peer', (here, name) => {
  const profile = profileOf({ name: 'Cy' }, [here]);
  expect(profile.change({ name })).toMatchObject({ code: 'name-in-use', values: { name: here } });
  expect(profile.current().name).toBe('Cy');
});

test('[PROF-2] our own name in other letter case is allowed', () => {
  const profile = profileOf({}, ['Bo Li']);
  expect(profile.change({ name: 'ANA' })).toBeUndefined();
  expect(profile.current().name).toBe('ANA');
});
