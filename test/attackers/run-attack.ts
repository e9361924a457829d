/**
 * An attacker on a real network, as a process of its own: `run-attack.ts ORDER [VICTIM]`, with the
 * order as JSON (attacks.ts). Sends from every IPv4 address of its host. With the address of a
 * VICTIM, it hears no one else on the group. Prints `{"begun":true}`, then what it did, and ends.
 */
import { attack, type AttackOrder } from './attacks.ts';
import { openUdpSetup } from './udp-setup.ts';

const order = JSON.parse(process.argv[2] ?? '{}') as AttackOrder;
const setup = await openUdpSetup(process.argv[3]);
process.stdout.write(`${JSON.stringify({ begun: true })}\n`);
const result = await attack(setup, order);
process.stdout.write(`${JSON.stringify(result)}\n`);
setup.close();
