/**
 * An attacker of rooms on a real network, as a process of its own: `attack-rooms.ts lie|ask
 * DURATION`, in milliseconds. Prints `{"begun":true}`, then what it did, and ends.
 */
import { askForEverything } from './room-asker.ts';
import { lieAboutRooms } from './room-liar.ts';
import { openUdpSetup } from './udp-setup.ts';

const [how, durationMs] = process.argv.slice(2);
const attacks = new Map([
  ['lie', lieAboutRooms],
  ['ask', askForEverything],
]);
const attack = attacks.get(how ?? '');
if (!attack) throw new Error(`there is no attack "${how}"`);
const setup = await openUdpSetup();
process.stdout.write(`${JSON.stringify({ begun: true })}\n`);
const result = await attack(setup, Number(durationMs));
// Sessions and listeners may still be open.
process.stdout.write(`${JSON.stringify(result)}\n`, () => process.exit(0));
