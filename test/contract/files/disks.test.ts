import { describe } from 'vitest';
import { createFakeDisk } from '../../fakes/fake-disk.ts';
import { describeDisk, type DiskWorld } from './describe-disk.ts';
import { createRealWorld } from './real-world.ts';

describe('the real disk', () => {
  describeDisk(createRealWorld);
});

describe('the disk of the simulations', () => {
  describeDisk(createFakeWorld);
});

function createFakeWorld(): Promise<DiskWorld> {
  const fake = createFakeDisk();
  const directory = '/downloads';
  // Its time passes at once: a turn later.
  const clock = {
    setTimer(act: () => void): () => void {
      queueMicrotask(act);
      return () => undefined;
    },
  };
  return Promise.resolve({
    directory,
    attach: () => fake.attach(clock).disk,
    write(path, bytes) {
      fake.write(`/offered/${path}`, bytes);
      return Promise.resolve(`/offered/${path}`);
    },
    remove: (path) => Promise.resolve(fake.remove(path)),
    read: (path) => Promise.resolve(fake.read(path)),
    inDirectory() {
      const names = fake.paths().flatMap((path) => (path.startsWith(`${directory}/`) ? [path.split('/')[2] ?? ''] : []));
      return Promise.resolve([...new Set(names)].toSorted());
    },
    close: () => Promise.resolve(),
  });
}
