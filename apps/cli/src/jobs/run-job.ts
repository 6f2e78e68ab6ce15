// One job from its row to its result, for commands that wait for it. The worker that takes it may be this process.
import { enqueueAlone, type JobEventRecord, watchJobEvents } from '@tomograph/data';
import { AppError, appErrorFromJson, type JobKind } from '@tomograph/kernel';
import { progressBar } from '../output.js';
import type { Local } from '../serve/local.js';

export interface JobRequest {
  readonly kind: JobKind;
  readonly key: string;
  readonly input: unknown;
  /** Beside the bar. */
  readonly title: string;
  readonly onEvent?: (event: JobEventRecord) => void;
}

/** @throws AppError of the job, CANCELLED when somebody cancelled it */
export async function runJob<Result>(
  { database, projectId, who }: Local,
  { kind, key, input, title, onEvent }: JobRequest,
): Promise<Result> {
  const job = await enqueueAlone(database, { projectId, kind, key, input, createdByKeyId: who.keyId });
  const bar = progressBar(title);
  try {
    for await (const event of watchJobEvents(database, job.id, 0)) {
      bar.update(event.progress, event.step);
      onEvent?.(event);
    }
  } finally {
    bar.stop();
  }
  const [row] = await database.query<{
    state: string;
    result: Result;
    error: { code: string; message: string } | null;
  }>('select state::text as state, result, error from job where id = $1', [job.id]);
  if (row?.state === 'SUCCEEDED') return row.result;
  throw row?.error
    ? appErrorFromJson(row.error)
    : new AppError('CANCELLED', { message: `the ${kind.toLowerCase().replace('_', ' ')} job was cancelled` });
}
