// How a command works on this machine's installation: the running database or one of its own for as long as it lasts,
// as the viewer of the local key.
import {
  type Database,
  defaultProjectName,
  ensureLocalKey,
  openDatabase,
  type Viewer,
  type ViewerDb,
  verifyApiKey,
} from '@tomograph/data';
import type { Config, ProjectId } from '@tomograph/kernel';

export interface Local extends AsyncDisposable {
  readonly database: Database;
  readonly who: Viewer;
  readonly viewer: ViewerDb;
  readonly projectId: ProjectId;
}

export async function openLocal(config: Config): Promise<Local> {
  const database = await openDatabase(config, { purpose: `tomograph ${process.argv[2] ?? ''}`.trim() });
  try {
    const projectId = await database
      .systemDbBypassingViewer('command line')
      .ensureProject(defaultProjectName);
    const who = await verifyApiKey(database, await ensureLocalKey(database, config.home));
    return {
      database,
      who,
      viewer: database.viewer(who),
      projectId,
      [Symbol.asyncDispose]: () => database.close(),
    };
  } catch (error) {
    await database.close();
    throw error;
  }
}
