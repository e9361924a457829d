/**
 * The real ports on real Linux adapters: two virtual cables to a bridge, in a network namespace of
 * their own, so that no traffic leaves it. A process cannot move into a namespace, so this file
 * runs itself again inside one.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { userInfo } from 'node:os';
import { expect, test, vi } from 'vitest';
import { createSystemPorts } from '../../../src/main/node/system/system-ports.ts';
import { describeAdapters } from './describe-adapters.ts';
import { describePorts } from './describe-ports.ts';
import { ipv4Of, realPatienceMs, waitUntil } from './world.ts';

/** Set inside the namespace. */
const insideVariable = 'HALLWAY_TEST_NAMESPACE';

/** Covers the whole inner run, which starts its own test runner. */
const insideTimeoutMs = 180_000;

vi.setConfig({ testTimeout: 2 * realPatienceMs });

if (process.env[insideVariable] !== undefined) runInside();
else {
  // Only Linux has network namespaces.
  test.skipIf(process.platform !== 'linux')("the suites pass on the kernel's adapters", runInNamespace, insideTimeoutMs);
}

function runInNamespace(): void {
  // Without root, a user namespace permits creating a network namespace.
  const flags = userInfo().uid === 0 ? ['--net'] : ['--user', '--map-root-user', '--net'];
  const runner = [process.execPath, 'node_modules/vitest/vitest.mjs', 'run', '--project', 'contract', '--reporter', 'default'];
  const command = ['sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...runner, import.meta.filename];
  const { status, stdout, stderr, error } = spawnSync('unshare', [...flags, ...command], {
    encoding: 'utf8',
    timeout: insideTimeoutMs,
    env: { ...process.env, [insideVariable]: 'yes', NO_COLOR: '1' },
  });
  expect({ status, error }, `${stdout}\n${stderr}`).toEqual({ status: 0, error: undefined });
  // An empty run would pass too.
  expect(stdout).toMatch(/Tests +\d\d+ passed/);
}

function runInside(): void {
  describePorts('system, an adapter of its own', async () => {
    const { ports, close } = makeKernelWorld();
    await waitUntil(() => ports.interfaces.list().some(({ name, family }) => name === 'eth0' && family === 'ipv4'));
    return { ports, adapter: ipv4Of(ports.interfaces.list(), 'eth0'), until: waitUntil, close };
  });
  describeAdapters('system, in a namespace', makeKernelWorld);
}

function makeKernelWorld() {
  ip('link add hub type bridge mcast_snooping 0');
  ip('link set hub up');
  plugIn(0);
  plugIn(1);
  return {
    ports: createSystemPorts(),
    until: waitUntil,
    setCarrier: (carrier: boolean) => ip(`link set port0 ${carrier ? 'up' : 'down'}`),
    remove: () => ip('link delete eth0'),
    putBack: () => plugIn(0),
    changeIpv4(to: '10.0.0.9' | '10.0.0.1') {
      ip('-4 address flush dev eth0');
      ip(`address add ${to}/24 dev eth0`);
    },
    close() {
      // This also removes the cable's other end.
      for (const device of ['port0', 'port1', 'hub']) spawnSync('ip', ['link', 'delete', device]);
    },
  };
}

/**
 * A cable from `ethN` to the bridge. Only this test uses its addresses, so they skip duplicate
 * address detection.
 */
function plugIn(number: 0 | 1): void {
  const [adapter, port] = [`eth${number}`, `port${number}`];
  ip(`link add ${adapter} type veth peer name ${port}`);
  ip(`link set ${adapter} addrgenmode none`);
  ip(`link set ${port} addrgenmode none master hub up`);
  ip(`address add 10.0.0.${number + 1}/24 dev ${adapter}`);
  ip(`link set ${adapter} up`);
  ip(`address add fe80::${number + 1}/64 dev ${adapter} nodad`);
}

function ip(command: string): void {
  execFileSync('ip', command.split(' '), { stdio: ['ignore', 'ignore', 'pipe'] });
}
