/** The disk of a simulated host, as scenarios use it. */
import type { FakeDisk } from '../fakes/fake-disk.ts';
import type { HostFiles } from '../scenarios/file-commands.ts';

export function hostFiles(disk: FakeDisk | undefined): HostFiles {
  return {
    directory: '/downloads',
    put(name, bytes) {
      disk?.write(`/home/${name}`, bytes);
      return Promise.resolve(`/home/${name}`);
    },
    take: (path) => Promise.resolve(disk?.read(path) ?? new Uint8Array(0)),
  };
}
