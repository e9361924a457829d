/**
 * Presence by bonjour-service, DNS service discovery for Node.js, to compare with:
 * `presence-bonjour.ts NAME ADDRESS`; prints the lines that presence.ts describes.
 */
import { Bonjour } from 'bonjour-service';

const [name = '', address = ''] = process.argv.slice(2);
const type = 'hallway-bench';
const port = 4257;

const tell = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);
/** Its types lack the options of the socket. */
const options = { name, interface: address, bind: '0.0.0.0' };
const bonjour = new Bonjour(options, (error: Error) => {
  process.stderr.write(`${error.message}\n`);
});
const browser = bonjour.find({ type });
browser.on('up', (service: { readonly name: string }) => service.name !== name && tell({ up: service.name }));
browser.on('down', (service: { readonly name: string }) => tell({ down: service.name }));
tell({ begun: true });
bonjour.publish({ name, type, port, host: `${name}.local` });
