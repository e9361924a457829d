/**
 * Copies with `scp` over an SSH server of the bench's own, on the loopback adapter: keys, settings
 * and port are made for it, and it is gone afterwards. Nothing of the user's is read.
 */
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface ScpServer {
  readonly port: number;
  /** @param paths of files or folders @returns how long the copy took, in milliseconds */
  copy(paths: readonly string[], target: string): Promise<number>;
  readonly process: ChildProcess;
}

/** @param namespace where the server and the copies run; absent means that of the bench */
export async function startScpServer(folder: string, namespace?: string): Promise<ScpServer> {
  const inside = namespace === undefined ? [] : ['ip', 'netns', 'exec', namespace];
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
  const command = [...inside, '/usr/sbin/sshd', '-D', '-e', '-f', join(folder, 'settings')];
  const child = spawn(command[0] ?? '', command.slice(1), { stdio: 'ignore' });
  for (let attempt = 0; attempt < 100 && !(await canConnect(port, inside)); attempt += 1) await pause(50);
  const options = [
    ...['-i', userKey, '-o', 'StrictHostKeyChecking=no', '-o', `UserKnownHostsFile=${join(folder, 'known')}`],
    ...['-o', 'IdentitiesOnly=yes', '-F', 'none', '-q', '-r', '-P', String(port)],
  ];
  return {
    port,
    process: child,
    async copy(paths, target) {
      mkdirSync(target, { recursive: true });
      const startedMs = performance.now();
      const copying = [...inside, 'scp', ...options, ...paths, `${userInfo().username}@127.0.0.1:${target}/`];
      await run(copying[0] ?? '', copying.slice(1));
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

async function canConnect(port: number, inside: readonly string[]): Promise<boolean> {
  const command = [...inside, 'ssh-keyscan', '-p', String(port), '127.0.0.1'];
  return run(command[0] ?? '', command.slice(1)).then(
    ({ stdout }) => stdout !== '',
    () => false,
  );
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
