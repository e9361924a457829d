/**
 * Copies with `scp` over an SSH server of the bench's own, on the loopback adapter: keys, settings
 * and port are made for it, and it is gone afterwards. Nothing of the user's is read.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ScpServer {
  /** @param paths of files or folders @returns how long the copy took, in milliseconds */
  copy(paths: readonly string[], target: string): Promise<number>;
  readonly process: ChildProcess;
}

export async function startScpServer(folder: string): Promise<ScpServer> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const [hostKey, userKey] = [join(folder, 'host-key'), join(folder, 'user-key')];
  for (const key of [hostKey, userKey]) await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const port = await freePort();
  const settings = [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${hostKey}`,
    `AuthorizedKeysFile ${userKey}.pub`,
    `PidFile ${join(folder, 'pid')}`,
    'StrictModes no',
    'UsePAM no',
    'PermitRootLogin prohibit-password',
    'Subsystem sftp internal-sftp',
  ];
  writeFileSync(join(folder, 'settings'), settings.join('\n'));
  // The server separates its rights in this folder.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  const child = spawn('/usr/sbin/sshd', ['-D', '-e', '-f', join(folder, 'settings')], { stdio: 'ignore' });
  for (let attempt = 0; attempt < 100 && !(await canConnect(port)); attempt += 1) await pause(50);
  const options = [
    ...['-i', userKey, '-o', 'StrictHostKeyChecking=no', '-o', `UserKnownHostsFile=${join(folder, 'known')}`],
    ...['-o', 'IdentitiesOnly=yes', '-F', 'none', '-q', '-r', '-P', String(port)],
  ];
  return {
    process: child,
    async copy(paths, target) {
      mkdirSync(target, { recursive: true });
      const startedMs = performance.now();
      await run('scp', [...options, ...paths, `${userInfo().username}@127.0.0.1:${target}/`]);
      return performance.now() - startedMs;
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => (socket.destroy(), resolve(true)));
    socket.once('error', () => resolve(false));
  });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
