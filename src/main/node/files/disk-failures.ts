/** The system's errors of a disk, as the codes of transfers (rule DISK-9). */
import type { DiskFailure, ReadFailure, WriteFailure } from '../../core/transfers/ports.ts';
import { errorCode } from '../storage/atomic-file.ts';

const writeCodes = new Map<string, WriteFailure>([
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['EROFS', 'disk-read-only'],
  ['EACCES', 'no-access'],
  ['EPERM', 'no-access'],
  ['EEXIST', 'no-access'],
  ['ENOENT', 'vanished'],
  ['ENOTDIR', 'vanished'],
  ['ELOOP', 'vanished'],
  ['ENODEV', 'vanished'],
  ['ENXIO', 'vanished'],
  ['ESTALE', 'vanished'],
  ['ENAMETOOLONG', 'bad-name'],
  ['EILSEQ', 'bad-name'],
  ['EINVAL', 'bad-name'],
]);

const readCodes = new Map<string, ReadFailure>([
  ['EACCES', 'no-access'],
  ['EPERM', 'no-access'],
  ['ENOENT', 'vanished'],
  ['ENOTDIR', 'vanished'],
  ['ENODEV', 'vanished'],
  ['ESTALE', 'vanished'],
  // A link, a device or a pipe is where the file was.
  ['ELOOP', 'changed'],
  ['ENXIO', 'changed'],
  ['EISDIR', 'changed'],
]);

/** Carries a code that no system call gave, such as that a file was replaced. */
export class DiskError<Code extends string> extends Error {
  override readonly name = 'DiskError';
  readonly failure: Code;
  constructor(failure: Code) {
    super(failure);
    this.failure = failure;
  }
}

export function writeFailure(error: unknown, path: string): DiskFailure<WriteFailure> {
  const code = error instanceof DiskError ? (error.failure as WriteFailure) : writeCodes.get(errorCode(error));
  return { ok: false, code: code ?? 'unreadable', path };
}

export function readFailure(error: unknown, path: string): DiskFailure<ReadFailure> {
  const code = error instanceof DiskError ? (error.failure as ReadFailure) : readCodes.get(errorCode(error));
  return { ok: false, code: code ?? 'unreadable', path };
}
