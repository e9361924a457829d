import { expect, it } from 'vitest';
import { fakePeer } from '../../../../../test/fakes/fake-hallway.ts';
import { peerTable } from './peer-table.ts';

it('says so when nobody is here', () => {
  expect(peerTable([])).toBe('No one else is here.');
});

it('lines up, also with wide characters, and says what is not as usual', () => {
  const peers = [
    fakePeer(1, { name: 'Ana', host: 'desk', note: 'in room 5' }),
    fakePeer(2, {
      name: '山田太郎',
      host: 'h2',
      status: 'busy',
      presence: 'one-way',
      addresses: ['[fe80::1]:50000', '10.0.0.2:50000'],
    }),
    fakePeer(3, { name: '🎉', host: '', addresses: [] }),
  ];
  expect(peerTable(peers).split('\n')).toEqual([
    'NAME      STATUS          HOST  ADDRESS          NOTE',
    'Ana       available       desk  10.0.0.1:50000   in room 5',
    '山田太郎  busy (one-way)  h2    [fe80::1]:50000',
    '🎉        available',
  ]);
});
