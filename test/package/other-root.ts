/**
 * Runs commands as root in a copy of this system that is gone afterwards: an overlay over `/` in
 * mount, process and network namespaces of its own. So a package is installed on a real Debian, and
 * this computer stays as it is.
 */
import { spawnSync } from 'node:child_process';

/** Folders that the package system and its triggers write to for any package. */
const ofTheSystem = /^\/(?:var\/(?:lib\/dpkg|log|cache)|run|tmp|etc\/ld\.so\.cache)(?:\/|$)|\/(?:icon-theme|mimeinfo)\.cache$/;

const script = `
set -e
mount -t tmpfs -o mode=755 none "$1"
mkdir "$1/upper" "$1/work" "$1/root"
mount -t overlay -o "lowerdir=/,upperdir=$1/upper,workdir=$1/work" none "$1/root"
mount -t proc none "$1/root/proc"
mount -t tmpfs none "$1/root/home"
mkdir "$1/root/packages"
mount --bind "$2" "$1/root/packages"
status=0
chroot "$1/root" /bin/sh -ec "$3" || status=$?
echo "== status $status"
cd "$1/upper"
find . -mindepth 1 -not -type c | cut -c2- | while read -r path; do
  if [ ! -e "$path" ] && [ ! -L "$path" ]; then echo "== new $path"; fi
done
`;

export interface OtherRoot {
  readonly output: string;
  readonly status: number;
  /** Paths that were not there before, but those of the package system itself. */
  readonly left: readonly string[];
}

/**
 * @param workplace an empty folder
 * @param packages a folder that the commands see as /packages
 * @param commands of a shell; the first that fails ends them
 */
export function runInOtherRoot(workplace: string, packages: string, commands: string): OtherRoot {
  const args = ['--mount', '--pid', '--net', '--fork', 'sh', '-c', script, 'sh', workplace, packages, commands];
  const env = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    DEBIAN_FRONTEND: 'noninteractive',
    LC_ALL: 'C',
  };
  const { stdout, stderr } = spawnSync('unshare', args, { encoding: 'utf8', env });
  const lines = stdout.split('\n');
  const status = /^== status (\d+)$/m.exec(stdout)?.[1];
  if (status === undefined) throw new Error(`The copy of the system could not be made: ${stdout}${stderr}`);
  return {
    output: `${lines.filter((line) => !line.startsWith('== ')).join('\n')}${stderr}`,
    status: Number(status),
    left: lines
      .filter((line) => line.startsWith('== new '))
      .map((line) => line.slice('== new '.length))
      .filter((path) => path !== '/packages' && !ofTheSystem.test(path)),
  };
}

/** @returns why this computer cannot make such a copy */
export function whyNoOtherRoot(): string | undefined {
  if (process.getuid?.() !== 0) return 'needs root, to install packages into a copy of this system';
  const tried = spawnSync('unshare', ['--mount', '--pid', '--net', '--fork', 'true'], { encoding: 'utf8' });
  return tried.status === 0 ? undefined : `may not make namespaces here: ${tried.stderr.trim()}`;
}
