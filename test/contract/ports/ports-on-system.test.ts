/** The real ports fulfil the contract, on the loopback adapter of the test host. */
import { vi } from 'vitest';
import { describePorts } from './describe-ports.ts';
import { makeSystemWorld, realPatienceMs } from './world.ts';

vi.setConfig({ testTimeout: 2 * realPatienceMs });

describePorts('system, loopback', makeSystemWorld);
