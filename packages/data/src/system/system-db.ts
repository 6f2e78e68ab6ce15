// What the house does by itself: ingest, embedding, demo, erasure by the owner of the machine. It sees every project;
// its long name and its reason, which stands in the audit, are meant to be noticed in review.
import type { ProjectId } from '@tomograph/kernel';
import type { BlobStore } from '@tomograph/registry';
import type { Connection } from '../connection/connect.js';
import type { Sql } from '../connection/sql.js';
import type { NewStudy, SavedStudy } from '../ingest/new-study.js';
import { saveStudy } from '../ingest/save-study.js';
import { writeAudit } from '../viewer/audit.js';
import { type CaseReads, caseReads } from '../viewer/case-reads.js';
import { notFound } from '../viewer/viewer.js';
import { type Erased, eraseStudy, removeUnusedBlobs } from './erase-study.js';
import { ensureProject } from './projects.js';

export interface SystemDb extends CaseReads {
  readonly reason: string;
  /** The project of a name, made when there is none and granted to the local key. */
  ensureProject(name: string): Promise<ProjectId>;
  /** Idempotent, see NewStudy. In the given transaction, or in one of its own. */
  saveStudy(study: NewStudy, tx?: Sql): Promise<SavedStudy>;
  /** @throws AppError NOT_FOUND */
  eraseStudy(id: string): Promise<Erased>;
  /** Blobs that no case needs, left by a crash: removed. @returns how many */
  removeUnusedBlobs(): Promise<number>;
}

export function systemDb(connection: Connection, blobs: BlobStore, reason: string): SystemDb {
  const by = { name: `system:${reason}` };
  const note = (tx: Sql, action: string, id: string) =>
    writeAudit(tx, by, { action, objectKind: 'study', objectIds: [id], outcome: 'ALLOWED' });
  const save = async (tx: Sql, study: NewStudy): Promise<SavedStudy> => {
    const saved = await saveStudy(tx, blobs, study);
    if (!saved.duplicate) await note(tx, 'study.save', saved.studyId);
    return saved;
  };
  return {
    reason,
    ...caseReads(connection, by, undefined),
    ensureProject: (name) => connection.transaction((tx) => ensureProject(tx, name)),
    saveStudy: (study, tx) => (tx ? save(tx, study) : connection.transaction((own) => save(own, study))),
    async eraseStudy(id) {
      const target = { studyId: id, scope: undefined };
      const erased = await eraseStudy(connection, blobs, target, (tx) => note(tx, 'study.erase', id));
      if (!erased) throw notFound('case');
      return erased;
    },
    removeUnusedBlobs: () => removeUnusedBlobs(connection, blobs),
  };
}
