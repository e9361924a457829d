/**
 * The commands that let Hallway through the firewall of a computer, for users to copy (rule
 * DESK-35). They open Hallway's ports and nothing else. Pure.
 */

/** The program that manages the firewall: `ufw` and `firewalld` on Linux. */
export const firewallTools = ['ufw', 'firewalld', 'windows', 'macos'] as const;
export type FirewallTool = (typeof firewallTools)[number];

export interface FirewallPorts {
  /** The group's, and our own for unicast. */
  readonly udp: readonly number[];
  readonly tcp: readonly number[];
}

/** @returns lines to run one after the other; none where a firewall is set by hand */
export function firewallLines(tool: FirewallTool, { udp, tcp }: FirewallPorts): readonly string[] {
  switch (tool) {
    case 'ufw':
      return [...ufwLine(udp, 'udp'), ...ufwLine(tcp, 'tcp')];
    case 'firewalld': {
      const ports = [...udp.map((port) => `${port}/udp`), ...tcp.map((port) => `${port}/tcp`)];
      const open = ports.map((port) => `--add-port=${port}`).join(' ');
      return ports.length === 0 ? [] : [`sudo firewall-cmd --permanent ${open}`, 'sudo firewall-cmd --reload'];
    }
    case 'windows':
      return [...netshLine(udp, 'UDP'), ...netshLine(tcp, 'TCP')];
    case 'macos':
      return [];
  }
}

function ufwLine(ports: readonly number[], protocol: 'udp' | 'tcp'): readonly string[] {
  return ports.length === 0 ? [] : [`sudo ufw allow ${ports.join(',')}/${protocol} comment Hallway`];
}

function netshLine(ports: readonly number[], protocol: 'UDP' | 'TCP'): readonly string[] {
  if (ports.length === 0) return [];
  const rule = `name="Hallway (${protocol})" dir=in action=allow protocol=${protocol} localport=${ports.join(',')}`;
  return [`netsh advfirewall firewall add rule ${rule} profile=private,domain`];
}
