/** Failures of the operating system in words, one for each code, wherever a user reads them. */

/** @param reason the system's code; words, and codes that nobody knows, stay as they are */
export function explain(reason: string): string {
  switch (reason) {
    case 'ENOSPC':
    case 'EDQUOT':
      return 'the disk is full';
    case 'EROFS':
      return 'the disk is read-only';
    case 'EACCES':
    case 'EPERM':
      return 'permission denied';
    case 'ENOENT':
    case 'ENOTDIR':
      return 'its folder is not there';
    case 'EISDIR':
      return 'it is a folder';
    case 'EEXIST':
      return 'it is there already';
    case 'ELOOP':
      return 'it is a link';
    default:
      return reason;
  }
}
