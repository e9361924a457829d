import { expect, test } from 'vitest';
import { firewallLines } from './firewall-lines.ts';

const ports = { udp: [4255, 50296], tcp: [50297] };

test.each([
  ['ufw', ['sudo ufw allow 4255,50296/udp comment Hallway', 'sudo ufw allow 50297/tcp comment Hallway']],
  [
    'firewalld',
    ['sudo firewall-cmd --permanent --add-port=4255/udp --add-port=50296/udp --add-port=50297/tcp', 'sudo firewall-cmd --reload'],
  ],
  [
    'windows',
    [
      'netsh advfirewall firewall add rule name="Hallway (UDP)" dir=in action=allow protocol=UDP localport=4255,50296 profile=private,domain',
      'netsh advfirewall firewall add rule name="Hallway (TCP)" dir=in action=allow protocol=TCP localport=50297 profile=private,domain',
    ],
  ],
  ['macos', []],
] as const)('[DESK-35] the lines for %s', (tool, lines) => {
  expect(firewallLines(tool, ports)).toEqual(lines);
});

test('[DESK-35] without messages there is no TCP port to open', () => {
  const without = { udp: [4255], tcp: [] };
  expect([
    firewallLines('ufw', without),
    firewallLines('windows', without),
    firewallLines('firewalld', { udp: [], tcp: [] }),
  ]).toEqual([
    ['sudo ufw allow 4255/udp comment Hallway'],
    [
      'netsh advfirewall firewall add rule name="Hallway (UDP)" dir=in action=allow protocol=UDP localport=4255 profile=private,domain',
    ],
    [],
  ]);
});
