/**
 * A relay that hands each byte on after a delay, and limits nothing else: delayed-network.ts starts
 * it. It tells its port to the process that started it.
 */
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

interface RelayOptions {
  /** The port that it connects to. */
  readonly port: number;
  readonly delayMs: number;
  readonly from: string;
}

/** Bytes that one direction holds; more would wait in the sockets. */
const maxHeldBytes = 67_108_864;

const { port, delayMs, from } = JSON.parse(process.argv[2] ?? '{}') as RelayOptions;

const server = createServer({ noDelay: true, allowHalfOpen: true }, (incoming) => {
  const outgoing = connect({ host: '127.0.0.1', port, localAddress: from, noDelay: true, allowHalfOpen: true });
  handOn(incoming, outgoing);
  handOn(outgoing, incoming);
});
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.once('disconnect', () => process.exit());

function handOn(source: Socket, target: Socket): void {
  let heldBytes = 0;
  source.on('data', (bytes) => {
    heldBytes += bytes.length;
    if (heldBytes > maxHeldBytes) source.pause();
    setTimeout(() => {
      heldBytes -= bytes.length;
      target.write(bytes);
      if (heldBytes <= maxHeldBytes) source.resume();
    }, delayMs);
  });
  source.on('end', () => void setTimeout(() => target.end(), delayMs));
  source.on('error', () => target.destroy());
  source.on('close', () => void setTimeout(() => target.destroy(), delayMs));
}
