import { expect, test } from 'vitest';
import { isAdminOnly } from './windows-acl.ts';

const installer = 'S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464';

test.each([
  ['O:BAG:SYD:AI(A;ID;FA;;;BA)(A;ID;FA;;;SY)(A;ID;0x1200a9;;;BU)', true],
  ['O:SYG:SYD:PAI(A;;FA;;;SY)(A;;FR;;;WD)', true],
  [`O:${installer}G:SYD:(A;;FA;;;${installer})(A;;FA;;;S-1-5-32-544)`, true],
  ['O:BAG:SYD:(A;OICIIO;GA;;;CO)(A;;FA;;;BA)', true],
  ['O:BAG:SYD:(D;;FA;;;BU)(A;;FA;;;BA)', true],
  // The usual folder of ProgramData: users may create files in it, and own them.
  ['O:S-1-5-21-1-2-3-1001G:SYD:(A;ID;FA;;;BA)', false],
  ['O:BAG:SYD:(A;ID;FA;;;BA)(A;ID;0x1301bf;;;BU)', false],
  ['O:BAG:SYD:(A;;FW;;;WD)', false],
  ['O:BAG:SYD:(A;;GA;;;AU)', false],
  ['O:BAG:SYD:(A;;0x40000000;;;AU)', false],
  ['O:BAG:SYD:(A;;WDWO;;;S-1-5-21-1-2-3-1001)', false],
  ['O:BAG:SYD:(XA;;FA;;;BA;(x))', false],
  ['O:BAG:SYD:NO_ACCESS_CONTROL', false],
  ['O:BAG:SY', false],
  ['', false],
])('[POLICY-6] %s is writable by administrators alone: %s', (sddl, isOnly) => {
  expect(isAdminOnly(sddl)).toBe(isOnly);
});
