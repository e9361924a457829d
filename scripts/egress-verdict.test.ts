import { expect, test } from 'vitest';
import { destinations, forbidden } from './egress-verdict.mjs';

const json = JSON.stringify({
  nftables: [
    { metainfo: { json_schema_version: 1 } },
    {
      set: {
        name: 'sent4',
        elem: [{ concat: ['224.0.0.187', 'udp', 4255] }, { elem: { val: { concat: ['8.8.8.8', 'udp', 53] } } }],
      },
    },
    { set: { name: 'sent6' } },
  ],
});

test('reads the sets of nft, with and without details of an element', () => {
  expect(destinations(json)).toEqual([
    { address: '224.0.0.187', protocol: 'udp', port: 4255 },
    { address: '8.8.8.8', protocol: 'udp', port: 53 },
  ]);
});

test.each([
  ['224.0.0.187', 4255, true],
  ['ff12::4255', 4255, true],
  ['127.0.0.1', 40_000, true],
  ['::1', 40_000, true],
  ['127.0.0.53', 53, false],
  ['224.0.0.251', 5353, false],
  ['224.0.0.187', 4256, false],
  ['10.77.0.1', 4255, false],
  ['142.250.1.1', 443, false],
])('%s port %s may be sent: %s', (address, port, expected) => {
  expect(forbidden([{ address, protocol: 'udp', port }])).toHaveLength(expected ? 0 : 1);
});
