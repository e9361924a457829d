/**
 * The simplest presence, to compare with: a datagram with the name of the host to a
 * multicast group each 15 s, and names that expire 35 s after they were heard.
 * `presence-udp.ts NAME ADDRESS`; prints the lines that presence.ts describes.
 */
import { createSocket } from 'node:dgram';

const [name = '', address = ''] = process.argv.slice(2);
const group = '224.0.0.188';
const port = 4256;
const beaconEveryMs = 15_000;
const expireAfterMs = 35_000;
const lookEveryMs = 1_000;

const heardAtMs = new Map<string, number>();
const tell = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);
const socket = createSocket({ type: 'udp4', reuseAddr: true });

socket.on('message', (bytes) => {
  const other = bytes.toString();
  if (other === name) return;
  if (!heardAtMs.has(other)) {
    tell({ up: other });
    // The newcomer hears of us at once.
    socket.send(name, port, group);
  }
  heardAtMs.set(other, performance.now());
});
socket.bind(port, () => {
  socket.addMembership(group, address);
  socket.setMulticastInterface(address);
  tell({ begun: true });
  socket.send(name, port, group);
  setInterval(() => socket.send(name, port, group), beaconEveryMs);
  setInterval(() => {
    for (const [other, atMs] of heardAtMs)
      if (performance.now() - atMs > expireAfterMs) {
        heardAtMs.delete(other);
        tell({ down: other });
      }
  }, lookEveryMs);
});
