// What `serve` needs of the database: opened for this home alone, a default project, a local key, demo cases.
import { join } from 'node:path';
import {
  type Database,
  defaultProjectName,
  enqueueAlone,
  ensureLocalKey,
  openDatabase,
} from '@tomograph/data';
import type { AppError, Config, JobId } from '@tomograph/kernel';
import type { DemoInput } from '@tomograph/worker';

export interface ServedDatabase {
  readonly database: Database;
  /** Mode 0600; the web server reads it and speaks to the API with it. */
  readonly localKeyFile: string;
}

/**
 * @param onLost called when the embedded database died for good
 * @throws AppError HOME_LOCKED when another process serves this home, and what opening throws
 */
export async function openServedDatabase(
  config: Config,
  onLost: (error: AppError) => void,
): Promise<ServedDatabase> {
  const database = await openDatabase(config, { purpose: 'tomograph serve', isExclusive: true, onLost });
  await database.systemDbBypassingViewer('first start').ensureProject(defaultProjectName);
  await ensureLocalKey(database, config.home);
  return { database, localKeyFile: join(config.home, 'secrets', 'local.key') };
}

const demo: DemoInput = { firstSeed: 1, count: 24, size: 96 };

/** Demo cases for an installation that holds no case yet. */
export async function enqueueDemo(database: Database): Promise<JobId | undefined> {
  const [filled] = await database.query('select 1 from study limit 1');
  if (filled) return undefined;
  const projectId = await database.systemDbBypassingViewer('demo').ensureProject(defaultProjectName);
  const { id } = await enqueueAlone(database, { projectId, kind: 'DEMO', key: 'demo', input: demo });
  return id;
}
