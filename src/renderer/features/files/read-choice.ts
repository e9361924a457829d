/**
 * Lists what the user dropped, pasted or picked: each file with the folders around it. A browser
 * gives folders as entries, which must be asked for before the event of the drop ends.
 */

export interface ChosenFile {
  /** The folders around it, and its name. */
  readonly path: readonly string[];
  readonly file: File;
}

/** Files that are listed at most; the core takes as many in an offer. */
const maxFiles = 100_000;

/** Call it while the event is handled. */
export function entriesOf({ items }: Pick<DataTransfer, 'items'>): readonly FileSystemEntry[] {
  return [...items].flatMap((item) => (item.kind === 'file' ? (item.webkitGetAsEntry() ?? []) : []));
}

/** @throws the browser's error if a file or folder cannot be read */
export async function filesOf(entries: readonly FileSystemEntry[]): Promise<readonly ChosenFile[]> {
  const files: ChosenFile[] = [];
  const waiting = entries.map((entry) => ({ entry, path: [entry.name] }));
  for (let next = waiting.pop(); next !== undefined && files.length < maxFiles; next = waiting.pop()) {
    const { entry, path } = next;
    if (isFile(entry)) files.push({ path, file: await fileOf(entry) });
    else for (const child of await childrenOf(entry)) waiting.push({ entry: child, path: [...path, child.name] });
  }
  return files;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}

/** A browser lists a hundred at a time, and none at the end. */
async function childrenOf(entry: FileSystemEntry): Promise<readonly FileSystemEntry[]> {
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const children: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0 || children.length >= maxFiles) return children;
    children.push(...some);
  }
}
