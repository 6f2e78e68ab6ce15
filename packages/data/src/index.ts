export type { DatabaseKind } from './connection/connect.js';
export { endingWith } from './connection/ending.js';
export { isUniqueViolation, type Sql, type SqlDatabase } from './connection/sql.js';
export { connectDatabase, type Database, type OpenOptions, openDatabase } from './database.js';
export {
  type EmbeddedConnection,
  type EmbeddedDatabase,
  type EmbeddedOptions,
  startEmbeddedDatabase,
} from './embedded/embedded-database.js';
export type {
  NewReport,
  NewSentence,
  NewSeries,
  NewStudy,
  NewXray,
  SavedBlob,
  SavedStudy,
} from './ingest/new-study.js';
export { type NewNoduleAssessment, noduleAssessmentId, saveNoduleAssessment } from './ingest/save-nodule.js';
export { type NewSegmentation, saveSegmentation, segmentationOf } from './ingest/save-segmentation.js';
export { verifyApiKey } from './keys/api-keys.js';
export { ensureLocalKey } from './keys/local-key.js';
export { migrate } from './migrate/migrate.js';
export { migrationsFolder, readMigrations } from './migrate/migrations.js';
export type { ClaimedJob } from './queue/claim.js';
export { type EnqueuedJob, enqueue, enqueueAlone, type NewJob } from './queue/enqueue.js';
export { type JobEventRecord, jobEvents, watchJobEvents } from './queue/watch.js';
export { type JobContext, type Worker, type WorkOptions, workJobs } from './queue/work.js';
export * from './queue/worker-sessions.js';
export { postgresRegistryStore } from './registry/registry-store.js';
export { postgresWebhookStore } from './registry/webhook-store.js';
export type { Secrets } from './secrets.js';
export {
  type NewEmbedding,
  removeEmbeddings,
  type SubjectKind,
  saveEmbeddings,
  studiesWithoutEmbedding,
  vectorText,
} from './spaces/embeddings.js';
export { unpackRegions } from './spaces/region-vectors.js';
export { createSpaceIndex, dropSpaceIndex, hasSpaceIndex, spaceIndexName } from './spaces/space-index.js';
export {
  activateSpace,
  activeSpace,
  createSpace,
  expectVectors,
  listSpaces,
  markSpaceReady,
  type NewSpace,
  recordRecall,
  rollbackSpace,
  type SpacePhase,
  type SpaceRecord,
  spaceById,
} from './spaces/spaces.js';
export type { Erased } from './system/erase-study.js';
export { defaultProjectName } from './system/projects.js';
export type { SystemDb } from './system/system-db.js';
export { type AuditEntry, writeAudit } from './viewer/audit.js';
export type { CaseFilter, CaseReads } from './viewer/case-reads.js';
export type { NoduleAssessmentRecord } from './viewer/nodule-reads.js';
export type { Page, PageArgs } from './viewer/page.js';
export type * from './viewer/records.js';
export type * from './viewer/segmentation-records.js';
export {
  markUploadReceived,
  removeExpiredUploads,
  type UploadKind,
  uploadByToken,
  uploadKinds,
} from './viewer/uploads.js';
export { holdsRole, type Role, requireRole, roles, type Viewer } from './viewer/viewer.js';
export type { ViewerDb } from './viewer/viewer-db.js';
