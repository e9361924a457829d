/** SimLan's adapters behave like the kernel's: see adapters-on-kernel.test.ts. */
import { createFakeClock } from '../../fakes/fake-clock.ts';
import { createSeededRandom } from '../../fakes/seeded-random.ts';
import { createSimLan } from '../../fakes/sim-lan.ts';
import { describeAdapters } from './describe-adapters.ts';
import { advanceUntil } from './world.ts';

describeAdapters('SimLan', () => {
  const clock = createFakeClock();
  const random = createSeededRandom('adapters');
  const lan = createSimLan({ clock, random });
  const segment = lan.addSegment('office');
  const host = lan.addHost('one');
  const plugIn = () => host.attach(segment, { name: 'eth0', ipv4: '10.0.0.1/24', ipv6: 'fe80::1/64' });
  let eth0 = plugIn();
  host.attach(segment, { name: 'eth1', ipv4: '10.0.0.2/24', ipv6: 'fe80::2/64' });
  return {
    ports: { clock, random, interfaces: host.interfaces, udp: host.udp },
    until: (condition) => advanceUntil(clock, condition),
    setCarrier: (carrier) => eth0.setCarrier(carrier),
    remove: () => eth0.detach(),
    putBack: () => void (eth0 = plugIn()),
    changeIpv4: (to) => eth0.changeAddress({ ipv4: `${to}/24` }),
    close: () => undefined,
  };
});
