import { describe, expect, it } from 'vitest';
import { parseEndpoint, parseNumericEndpoint } from './parse-endpoint.ts';

describe('[CALL-2] a manual address', () => {
  it.each([
    ['192.168.1.20:50000', 'ipv4', '192.168.1.20', 50_000],
    ['  10.0.0.1:1 ', 'ipv4', '10.0.0.1', 1],
    ['255.255.255.255:65535', 'ipv4', '255.255.255.255', 65_535],
    ['[fe80::1%eth0]:50000', 'ipv6', 'fe80::1%eth0', 50_000],
    ['[::ffff:10.0.0.1]:50000', 'ipv6', '::ffff:a00:1', 50_000],
    ['[FD00:1:0::002]:50000', 'ipv6', 'fd00:1::2', 50_000],
    ['[fd00:1::2%eth0]:50000', 'ipv6', 'fd00:1::2', 50_000],
    ['ana-laptop:50000', undefined, 'ana-laptop', 50_000],
    ['Ana_2.office.example.:50000', undefined, 'Ana_2.office.example.', 50_000],
    ['1password:50000', undefined, '1password', 50_000],
  ])('is parsed: %s', (text, family, host, port) => {
    expect(parseEndpoint(text)).toEqual({ family, host, port });
  });

  it.each([
    '',
    '10.0.0.1',
    '10.0.0.1:',
    '10.0.0.1:0',
    '10.0.0.1:65536',
    '10.0.0.1:123456',
    '10.0.0.1:5e4',
    '10.0.0.256:50000',
    '10.0.0:50000',
    '10.0.0.1.:50000',
    '10.0.0.01:50000',
    '010.0.0.1:50000',
    '1234:50000',
    'fe80::1:50000',
    '[fe80::1]',
    '[]:50000',
    '[ana]:50000',
    '[fe80::1%a b]:50000',
    '[:::::]:50000',
    '[fd00:1:2]:50000',
    '[1::2::3]:50000',
    ':50000',
    'two words:50000',
    '-ana:50000',
    'ana-:50000',
    'a..b:50000',
    `${'a'.repeat(64)}:50000`,
    `${'a.'.repeat(127)}:50000`,
    'http://ana:50000',
    'ana:50000\u0000',
    'bücher:50000',
  ])('is rejected: %s', (text) => {
    expect(parseEndpoint(text)).toBeUndefined();
  });

  it('is parsed or rejected quickly, at any length', () => {
    const startedMs = performance.now();
    for (const text of [
      `${'a'.repeat(250)}!:50000`,
      `${'a.'.repeat(120)}!:50000`,
      `${'1.'.repeat(140)}:50000`,
      `[${':'.repeat(280)}!]:50000`,
    ])
      expect(parseEndpoint(text)).toBeUndefined();
    // A regular expression with backtracking over all labels would take years.
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });

  it('is parsed as numeric only without a host name', () => {
    expect(parseNumericEndpoint('10.0.0.1:50000')).toEqual({ family: 'ipv4', address: '10.0.0.1', port: 50_000 });
    expect(parseNumericEndpoint('[fe80::1%eth0]:50000')).toEqual({ family: 'ipv6', address: 'fe80::1%eth0', port: 50_000 });
    expect(parseNumericEndpoint('ana-laptop:50000')).toBeUndefined();
  });
});
