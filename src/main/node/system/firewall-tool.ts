/** Finds the program that manages this computer's firewall (rule DESK-35). It changes nothing. */
import { existsSync } from 'node:fs';
import type { FirewallTool } from '../../../shared/lib/firewall-lines.ts';

/** In this order, since a computer with both uses the first. */
const linuxTools: readonly (readonly [path: string, tool: FirewallTool])[] = [
  ['/usr/sbin/ufw', 'ufw'],
  ['/usr/bin/firewall-cmd', 'firewalld'],
  ['/bin/firewall-cmd', 'firewalld'],
];

/** @returns undefined on a Linux without one that we know */
export function findFirewallTool(
  platform: NodeJS.Platform = process.platform,
  exists: (path: string) => boolean = existsSync,
): FirewallTool | undefined {
  if (platform === 'win32') return 'windows';
  if (platform === 'darwin') return 'macos';
  return linuxTools.find(([path]) => exists(path))?.[1];
}
