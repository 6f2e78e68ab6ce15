// Where an INGEST job's input lies on this machine. Quarantine is a local folder and stays one: see
// docs/decisions/uploads-stay-local.md.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '@tomograph/kernel';

/** @throws AppError BLOB_MISSING when it is not here: received by another machine, or cleared away meanwhile */
export async function quarantinedInput(home: string, name: string): Promise<string> {
  const path = join(home, 'quarantine', name);
  const isHere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isHere) return path;
  throw new AppError('BLOB_MISSING', {
    message:
      'the upload does not lie on the machine of this worker: another machine received it, or it was cleared away. Give the workers the TOMOGRAPH_HOME of the API on a shared file system, or let only workers beside the API take INGEST jobs, then upload again',
    facts: { input: name },
  });
}
