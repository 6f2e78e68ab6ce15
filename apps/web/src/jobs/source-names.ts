// What the entries of an upload were called on the user's disk. Kept in this tab alone: a file name may hold a name.
const namesByJob = new Map<string, ReadonlyMap<string, string>>();

export function rememberNames(jobId: string, names: ReadonlyMap<string, string>): void {
  namesByJob.set(jobId, names);
}

/** The user's own name of a refused input where this tab sent it, else the API's. */
export function nameOfSource(jobId: string, source: string): string {
  return namesByJob.get(jobId)?.get(source) ?? source;
}
