/** The real ports keep the contract of ports, on the loopback adapter of the host that runs the tests. */
import { vi } from 'vitest';
import { describePorts } from './describe-ports.ts';
import { makeSystemWorld, realPatienceMs } from './world.ts';

vi.setConfig({ testTimeout: 2 * realPatienceMs });

describePorts('system, loopback', makeSystemWorld);
