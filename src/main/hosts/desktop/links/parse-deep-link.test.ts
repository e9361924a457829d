import fc from 'fast-check';
import { expect, test } from 'vitest';
import { conversationOf } from '../../../../shared/lib/ids.ts';
import { parseDeepLink } from './parse-deep-link.ts';

const peerId = 'a'.repeat(52);

test.each([
  [`hallway://chat/${peerId}`, { page: 'conversation', conversation: conversationOf(peerId) }],
  ['hallway://settings/notifications', { page: 'settings', section: 'notifications' }],
  ['hallway://settings/', { page: 'settings', section: '' }],
  ['hallway://settings', { page: 'settings', section: '' }],
  ['hallway://add?a=192.0.2.7:50296', { page: 'add', address: '192.0.2.7:50296' }],
  [`hallway://add?a=[fe80::1%25eth0]:50296&k=${peerId}`, { page: 'add', address: '[fe80::1%eth0]:50296', peerId }],
  [`hallway://add/?k=${peerId}&a=noor-mbp:50296`, { page: 'add', address: 'noor-mbp:50296', peerId }],
])('[DESK-20] %s leads to its place', (link, place) => {
  expect(parseDeepLink(link)).toEqual(place);
});

test.each([
  `hallway://chat/${peerId}/`,
  `hallway://chat/${peerId}x`,
  `hallway://chat/${peerId}?send=hello`,
  `hallway://chat/${peerId}#x`,
  `hallway://chat/${peerId.toUpperCase()}`,
  `hallway://user@chat/${peerId}`,
  `hallway://chat:80/${peerId}`,
  'hallway://chat/',
  'hallway://send/hello',
  'hallway://settings/notifications/x',
  'hallway://settings/x?y=z',
  'hallway://add',
  'hallway://add?a=',
  'hallway://add?a=1.2.3.4:5&a=6.7.8.9:10',
  'hallway://add?a=1.2.3.4:5&k=short',
  'hallway://add?a=1.2.3.4:5&now=1',
  'hallway://add?a=javascript:alert(1)',
  `hallway://add?a=${'1'.repeat(600)}`,
  'hallway:chat',
  'HALLWAY://settings/x',
  'https://example.com/',
  'file:///etc/passwd',
  '',
])('[DESK-21] %s does nothing', (link) => {
  expect(parseDeepLink(link)).toBeUndefined();
});

test('[DESK-21] 10,000 damaged links do nothing, or lead to a place of the table', () => {
  const parts = fc.oneof(
    fc.string({ maxLength: 60 }),
    fc.webUrl(),
    fc.constantFrom('chat', 'settings', 'add', '?a=', '&k=', peerId, '/', '#', '%00', '..', '@', ':', '\u202E', 'hallway://'),
  );
  const link = fc.array(parts, { maxLength: 8 }).map((all) => `hallway://${all.join('')}`);
  fc.assert(
    fc.property(link, (text) => {
      const place = parseDeepLink(text);
      if (place === undefined) return;
      expect(JSON.stringify(place)).toMatch(
        /^\{"page":"(?:conversation","conversation":"dm:[a-z2-7]{52}"|settings","section":"[a-z-]{0,40}"|add","address":"[\w.:[\]%-]+"(?:,"peerId":"[a-z2-7]{52}")?)\}$/u,
      );
    }),
    { numRuns: 10_000, seed: 20 },
  );
});
