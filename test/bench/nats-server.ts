/** The nats-server that benches compare with: JetStream, files below a folder. */
import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';

/** The caller ends it. @throws if nothing listens in time */
export async function startNatsServer(port: number, folder: string): Promise<ChildProcess> {
  const child = spawn('nats-server', ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', folder], { stdio: 'ignore' });
  let isGone = false;
  child.once('error', () => (isGone = true));
  child.once('exit', () => (isGone = true));
  for (let attempt = 0; attempt < 100 && !isGone; attempt += 1) {
    if (await canConnect(port)) return child;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.kill();
  throw new Error('nats-server does not start');
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
