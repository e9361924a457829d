/** The test ground of presence's sockets: hosts with adapters on a simulated network, and a note of all that is opened, heard and changed. */
import type { Arrival } from '../../src/main/core/lib/endpoint.ts';
import { defaultPresenceOptions, type PresenceOptions } from '../../src/main/core/presence/options.ts';
import { createPresenceSockets } from '../../src/main/core/presence/net/sockets.ts';
import { PortError, type Udp, type UdpOptions } from '../../src/main/core/ports.ts';
import { createFakeClock } from './fake-clock.ts';
import { createSeededRandom } from './seeded-random.ts';
import { createSimLan, type DatagramOnWire, type SimHost } from './sim-lan.ts';

interface SocketsOptions extends Partial<PresenceOptions> {
  /** A fault of the system: throws or not, by what is being opened. */
  readonly refuse?: (options: UdpOptions) => string | undefined;
}

/** A network, hosts on it, and the sockets of presence on these; time stands still until the test advances it. */
export function createSocketsScene(seed = 'sockets') {
  const clock = createFakeClock();
  const lan = createSimLan({ clock, random: createSeededRandom(seed) });
  const segment = lan.addSegment('lan');
  const wire: DatagramOnWire[] = [];
  lan.onDatagram((datagram) => wire.push(datagram));

  function addHost(name: string) {
    const host = lan.addHost(name);
    return {
      host,
      attach: (adapter: string, addresses: object, on = segment) => host.attach(on, { name: adapter, ...addresses }),
    };
  }

  function socketsOn(host: SimHost, { refuse = () => undefined, ...change }: SocketsOptions = {}) {
    const heard: { readonly bytes: Uint8Array; readonly source: Arrival }[] = [];
    const opened: UdpOptions[] = [];
    let changes = 0;
    const udp: Udp = {
      open(options, handlers) {
        const code = refuse(options);
        if (code) return Promise.reject(new PortError(code, 'refused by the test'));
        opened.push(options);
        return host.udp.open(options, handlers);
      },
    };
    const sockets = createPresenceSockets(
      {
        clock,
        random: createSeededRandom(`${seed}/${host.name}`),
        udp,
        interfaces: host.interfaces,
        log: { write: () => undefined },
        onDatagram: (datagram, source) => heard.push({ bytes: datagram, source }),
        onChange: () => void (changes += 1),
      },
      { ...defaultPresenceOptions, ...change },
    );
    const stopping = new AbortController();
    let outcome: unknown = 'stopped';
    let running: Promise<void> | undefined;
    return {
      sockets,
      heard,
      opened,
      changes: () => changes,
      outcome: () => outcome,
      names: () => sockets.addresses().map((bound) => `${bound.interface.name} ${bound.interface.address}`),
      async start(signal = stopping.signal) {
        outcome = 'starting';
        running = sockets.run({ signal, ready: () => void (outcome = 'ready') }).then(
          () => void (outcome = 'stopped'),
          (error: unknown) => void (outcome = error),
        );
        await clock.advance(0);
      },
      async stop() {
        stopping.abort();
        await clock.advance(0);
        await running;
      },
    };
  }

  return { clock, lan, segment, wire, addHost, socketsOn };
}
