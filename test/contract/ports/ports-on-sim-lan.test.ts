/** The simulated ports fulfil the contract, on an ordinary adapter and on loopback. */
import { describePorts } from './describe-ports.ts';
import { makeSimWorld } from './world.ts';

describePorts('SimLan, eth0', () => makeSimWorld('eth0'));
describePorts('SimLan, loopback', () => makeSimWorld('lo'));
