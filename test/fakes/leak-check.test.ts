import { expect, test } from 'vitest';
import { createFakeClock } from './fake-clock.ts';
import { assertNothingLeft } from './leak-check.ts';
import { createSeededRandom } from './seeded-random.ts';
import { createSimLan } from './sim-lan.ts';

test('a timer, a socket and a membership are each found, and nothing when all are gone', async () => {
  const clock = createFakeClock();
  const lan = createSimLan({ clock, random: createSeededRandom(1) });
  const host = lan.addHost('one');
  host.attach(lan.addSegment('office'), { name: 'eth0', ipv4: '10.0.0.1/24' });
  const check = (): void => assertNothingLeft({ clock, hosts: lan.hosts() });

  const undo = clock.setTimer(() => undefined, 5);
  expect(check).toThrow(/timers: 1/);
  undo();
  const handlers = { onDatagram: () => undefined, onError: () => undefined };
  const socket = await host.udp.open({ family: 'ipv4', port: 4255, shared: true }, handlers);
  expect(check).toThrow(/openSockets: 1/);
  for (const on of host.interfaces.list().filter(({ name }) => name === 'eth0')) socket.join('224.0.0.187', on);
  expect(check).toThrow(/eth0 224\.0\.0\.187/);
  socket.close();
  check();
});
