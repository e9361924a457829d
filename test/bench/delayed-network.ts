/**
 * A network namespace whose TCP connections to chosen ports have a delay, for kernels without
 * netem: nftables leads them to a relay (delay-relay.ts), which holds each byte for a while.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface DelayedNetwork {
  readonly namespace: string;
  /** The ports on which that process listens now. */
  delayListenersOf(pid: number): Promise<void>;
  delayPort(port: number): Promise<void>;
  close(): Promise<void>;
}

/** The relay's own connections come from here, so that they are not led to it again. */
const relayAddress = '127.0.0.2';

/** @param delayMs in each direction */
export async function createDelayedNetwork(delayMs: number): Promise<DelayedNetwork> {
  const namespace = `hw-delay-${process.pid}`;
  const inside = (...command: readonly string[]) => run('ip', ['netns', 'exec', namespace, ...command]);
  const relays: ChildProcess[] = [];
  await run('ip', ['netns', 'add', namespace]);
  await inside('sysctl', '-qw', 'net.ipv6.conf.all.disable_ipv6=1');
  await inside('ip', 'link', 'set', 'lo', 'up', 'multicast', 'on');
  const chain = '{ type nat hook output priority -100; }';
  await inside('nft', 'add', 'table', 'ip', 'relay');
  await inside('nft', 'add', 'chain', 'ip', 'relay', 'output', chain);

  async function delayPort(port: number): Promise<void> {
    const options = JSON.stringify({ port, delayMs, from: relayAddress });
    const path = fileURLToPath(new URL('delay-relay.ts', import.meta.url));
    const relay = spawn('ip', ['netns', 'exec', namespace, process.execPath, path, options], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    relays.push(relay);
    const relayPort = await new Promise<number>((resolve, reject) => {
      relay.once('message', (message) => resolve(Number(message)));
      relay.once('exit', () => reject(new Error('the relay ended')));
    });
    const wanted = ['ip', 'saddr', '!=', relayAddress, 'tcp', 'dport', String(port)];
    await inside('nft', 'add', 'rule', 'ip', 'relay', 'output', ...wanted, 'redirect', 'to', `:${relayPort}`);
  }

  return {
    namespace,
    async delayListenersOf(pid) {
      const { stdout } = await inside('ss', '-Hltnp');
      const ports = stdout
        .split('\n')
        .filter((line) => line.includes(`pid=${pid},`))
        .map((line) => Number(/:(\d+)\s/u.exec(line)?.[1]));
      for (const port of new Set(ports)) await delayPort(port);
    },
    delayPort,
    async close() {
      for (const relay of relays) relay.kill('SIGKILL');
      await run('ip', ['netns', 'del', namespace]);
    },
  };
}
