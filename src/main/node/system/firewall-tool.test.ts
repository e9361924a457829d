import { expect, test } from 'vitest';
import { findFirewallTool } from './firewall-tool.ts';

test.each([
  ['win32', [], 'windows'],
  ['darwin', [], 'macos'],
  ['linux', ['/usr/sbin/ufw', '/usr/bin/firewall-cmd'], 'ufw'],
  ['linux', ['/usr/bin/firewall-cmd'], 'firewalld'],
  ['linux', [], undefined],
] as const)('[DESK-35] the firewall of %s with %j', (platform, files, tool) => {
  expect(findFirewallTool(platform, (path) => files.some((file) => file === path))).toBe(tool);
});
