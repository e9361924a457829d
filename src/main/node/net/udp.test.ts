import { expect, test } from 'vitest';
import { createSystemUdp } from './udp.ts';

/** Node.js without a free file descriptor: the number has the wrong sign, so it has no name. */
function refuse(): never {
  throw Object.assign(new Error('uv_interface_addresses returned Unknown system error 24'), {
    code: 'ERR_SYSTEM_ERROR',
    errno: 24,
  });
}

const handlers = { onDatagram: () => undefined, onError: () => undefined };
const on = { name: 'eth0', family: 'ipv6', address: 'fe80::1', prefixLength: 64, internal: false } as const;

test('[SOCK-7] a system that refuses the list of adapters is told by its own code, by a bind and by a join', async () => {
  const udp = createSystemUdp({ monotonicMs: () => 0 }, refuse);
  await expect(udp.open({ family: 'ipv6', address: 'fe80::1%eth0', port: 0, shared: false }, handlers)).rejects.toMatchObject({
    name: 'PortError',
    code: 'EMFILE',
  });
  const socket = await udp.open({ family: 'ipv6', port: 0, shared: true }, handlers);
  expect(() => socket.join('ff12::4255', on)).toThrow(expect.objectContaining({ name: 'PortError', code: 'EMFILE' }));
  expect(() => socket.leave('ff12::4255', on)).not.toThrow();
  socket.close();
});
