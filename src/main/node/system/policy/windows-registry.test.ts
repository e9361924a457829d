import { expect, test } from 'vitest';
import { decodePolicy } from '../../../../shared/contract/policy.ts';
import { decodeRegistry } from './windows-registry.ts';

const root = 'HKEY_LOCAL_MACHINE\\Software\\Policies\\Hallway';

test('[POLICY-6] values of the key are locked, those of Recommended are defaults, and lists may be subkeys', () => {
  const output = [
    '',
    root,
    '    (Default)    REG_SZ    ',
    '    ReadReceipts    REG_DWORD    0x0',
    '    TypingSignals    REG_DWORD    0x1',
    '    KeepDays    REG_DWORD    0x5a',
    '    MulticastTtl    REG_DWORD    0x1',
    '    Theme    REG_SZ    dark',
    '    RoomKeepDays    REG_SZ    null',
    '    QuietHours    REG_SZ    {"days":[0],"from":"00:00","to":"00:00"}',
    '    Keywords    REG_MULTI_SZ    build\\0big release',
    '',
    `${root}\\ManualAddresses`,
    '    1    REG_SZ    10.8.4.17:49731',
    '    2    REG_SZ    10.8.4.18:49731',
    '',
    `${root}\\Recommended`,
    '    Density    REG_SZ    comfortable',
    '',
    `${root}\\Recommended\\ExcludedInterfaces`,
    '    1    REG_SZ    Local Area Connection* 2',
    '',
  ].join('\r\n');
  const locked = true;
  expect(decodePolicy(decodeRegistry(output))).toEqual({
    policy: {
      readReceipts: { value: false, locked },
      typingSignals: { value: true, locked },
      keepDays: { value: 90, locked },
      multicastTtl: { value: 1, locked },
      theme: { value: 'dark', locked },
      roomKeepDays: { value: null, locked },
      quietHours: { value: { days: [0], from: '00:00', to: '00:00' }, locked },
      keywords: { value: ['build', 'big release'], locked },
      manualAddresses: { value: ['10.8.4.17:49731', '10.8.4.18:49731'], locked },
      density: { value: 'comfortable', locked: false },
      excludedInterfaces: { value: ['Local Area Connection* 2'], locked: false },
    },
    faulty: ['(Default)'],
  });
});

test.each(['', 'ERROR: The system was unable to find the specified registry key or value.', `${root}\r\n    x`])(
  '[POLICY-6] %j decides nothing',
  (output) => {
    expect(decodeRegistry(output)).toEqual({});
  },
);
