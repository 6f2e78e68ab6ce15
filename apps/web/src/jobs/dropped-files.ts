// The files of a drop, folders walked. Not their content.

const maxFiles = 20_000;

/** Entries must be taken from the event at once; it is empty after the handler returns. */
export async function filesOfDrop(items: DataTransferItemList): Promise<File[]> {
  const entries = [...items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  const files: File[] = [];
  for (const entry of entries) await walk(entry, files);
  return files;
}

async function walk(entry: FileSystemEntry, into: File[]): Promise<void> {
  if (into.length >= maxFiles) return;
  if (entry.isFile) {
    into.push(
      await new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject)),
    );
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (;;) {
    // A reader answers in batches of at most 100 and says it is done by an empty one.
    const batch = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (batch.length === 0) return;
    for (const child of batch) await walk(child, into);
  }
}

/** What the file system adds by itself and nobody means to upload. */
export function isMeantToUpload(file: { name: string; size: number }): boolean {
  return file.size > 0 && !/^(\.|Thumbs\.db$|desktop\.ini$)/i.test(file.name);
}
