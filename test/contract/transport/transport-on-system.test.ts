/** The real transport fulfils the contract, on the loopback adapter of the test host. */
import { createServer, type Server, type Socket } from 'node:net';
import { vi } from 'vitest';
import { createSystemClock } from '../../../src/main/node/system/system-ports.ts';
import { createTlsTransport } from '../../../src/main/node/net/tls-transport.ts';
import { createIdentity } from '../../../src/main/node/crypto/identity.ts';
import { realPatienceMs, waitUntil } from '../ports/world.ts';
import { describeTransport, type TransportNode } from './describe-transport.ts';

vi.setConfig({ testTimeout: 2 * realPatienceMs });

describeTransport('system, loopback', () => {
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  return {
    caller: makeNode(),
    called: makeNode(),
    endpoint: (port, family = 'ipv4') => ({ family, address: family === 'ipv4' ? '127.0.0.1' : '::1', port }),
    async silentEndpoint() {
      const server = createServer((socket) => void sockets.push(socket.on('error', () => undefined)));
      servers.push(server);
      await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('no port');
      return { family: 'ipv4', address: '127.0.0.1', port: address.port };
    },
    silentEnd: 'stalled',
    until: waitUntil,
    close() {
      for (const socket of sockets) socket.destroy();
      for (const server of servers) server.close();
    },
  };
});

function makeNode(): TransportNode {
  const { identity } = createIdentity();
  const clock = createSystemClock();
  return { peerId: identity.peerId, transport: createTlsTransport({ clock, credentials: identity.tlsCredentials() }) };
}
