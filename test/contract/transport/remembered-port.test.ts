/** The port of a listener on the real system: that of the last run, or another one. */
import { createServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { SecureListener } from '../../../src/main/core/messaging/ports.ts';
import { createIdentity } from '../../../src/main/node/crypto/identity.ts';
import { createTlsTransport } from '../../../src/main/node/net/tls-transport.ts';
import { createSystemClock } from '../../../src/main/node/system/system-ports.ts';
import { ampleRoom } from '../../fakes/ample-room.ts';

const listeners: SecureListener[] = [];
const closings: (() => Promise<void>)[] = [];

afterEach(async () => {
  await Promise.all(listeners.splice(0).map((listener) => listener.close()));
  await Promise.all(closings.splice(0).map((close) => close()));
});

function transportAt(preferredPort?: number) {
  const { identity } = createIdentity();
  const credentials = identity.tlsCredentials();
  return createTlsTransport({ clock: createSystemClock(), credentials, ...(preferredPort !== undefined && { preferredPort }) });
}

async function listen(transport: ReturnType<typeof transportAt>): Promise<SecureListener> {
  const ignore = (): void => undefined;
  const listener = await transport.listen(ignore, ignore, ampleRoom);
  listeners.push(listener);
  return listener;
}

/** @returns a port that another program has, on that address */
async function takenPort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => void server.listen(0, host, resolve));
  closings.push(() => new Promise((resolve) => void server.close(() => resolve())));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

test('[TLS-15] the port of the last run is taken again', async () => {
  const first = await listen(transportAt());
  await first.close();
  const second = await listen(transportAt(first.port));
  expect(second.port).toBe(first.port);
});

test.each(['0.0.0.0', '::'])('[TLS-15] if another program has it on %s, the system picks one', async (host) => {
  const taken = await takenPort(host);
  const { port } = await listen(transportAt(taken));
  expect({ isAnother: port !== taken, isPort: port > 0 }).toEqual({ isAnother: true, isPort: true });
});

test('[TLS-15] a listener that is restarted keeps its port', async () => {
  const transport = transportAt();
  const first = await listen(transport);
  await first.close();
  const second = await listen(transport);
  expect(second.port).toBe(first.port);
});
