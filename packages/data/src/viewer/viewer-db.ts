// Everything one viewer may do, and nothing else: the only way from a request to the tables.
import type { BlobStore } from '@tomograph/registry';
import type { Connection } from '../connection/connect.js';
import { listSpaces, type SpaceRecord } from '../spaces/spaces.js';
import { type Administration, administration } from './administration.js';
import { writeAudit } from './audit.js';
import { type CaseReads, caseReads } from './case-reads.js';
import { type JobAccess, jobAccess } from './job-access.js';
import { type NoduleReads, noduleReads } from './nodule-reads.js';
import type { ProjectRecord, UploadRecord } from './records.js';
import { type SegmentationReads, segmentationReads } from './segmentation-reads.js';
import { createUpload, linkUploadToJob, type UploadKind, uploadById } from './uploads.js';
import { requireRole, type Viewer, writableProject } from './viewer.js';

export interface ViewerDb extends CaseReads, SegmentationReads, NoduleReads, JobAccess, Administration {
  readonly viewer: Viewer;
  projects(): Promise<ProjectRecord[]>;
  spaces(): Promise<SpaceRecord[]>;
  /** CURATOR; a QUERY_XRAY, which stores nothing, needs READER only. @throws AppError FORBIDDEN, NOT_FOUND */
  createUpload(wanted: {
    readonly projectId?: string | undefined;
    readonly kind: UploadKind;
    readonly maxBytes: number;
    readonly ttlMs?: number;
  }): Promise<{ upload: UploadRecord; token: string }>;
  /** @throws AppError NOT_FOUND */
  upload(id: string): Promise<UploadRecord>;
  /** CURATOR: notes which job ingests an upload. @throws AppError FORBIDDEN, NOT_FOUND */
  linkUploadToJob(id: string, jobId: string): Promise<void>;
}

export function viewerDb(connection: Connection, blobs: BlobStore, viewer: Viewer): ViewerDb {
  const upload = (id: string): Promise<UploadRecord> => uploadById(connection, id, viewer.projectIds);
  return {
    viewer,
    ...caseReads(connection, viewer, viewer.projectIds),
    ...segmentationReads(connection, viewer.projectIds),
    ...noduleReads(connection, viewer.projectIds),
    ...jobAccess(connection, viewer),
    ...administration(connection, blobs, viewer),
    projects: () =>
      connection.prisma.project.findMany({
        where: { id: { in: [...viewer.projectIds] } },
        select: { id: true, name: true },
        orderBy: { name: 'asc' },
      }),
    spaces: () => listSpaces(connection),
    async createUpload(wanted) {
      const needed = wanted.kind === 'QUERY_XRAY' ? 'READER' : 'CURATOR';
      await requireRole(connection, viewer, needed, 'upload.create');
      // a query is stored in no project: any that the viewer has will do as its home
      const asked = wanted.projectId ?? (wanted.kind === 'QUERY_XRAY' ? viewer.projectIds[0] : undefined);
      const projectId = writableProject(viewer, asked);
      const made = await createUpload(connection, { ...wanted, projectId, createdByKeyId: viewer.keyId });
      await writeAudit(connection, viewer, {
        action: 'upload.create',
        objectKind: 'upload',
        objectIds: [made.upload.id],
        outcome: 'ALLOWED',
      });
      return made;
    },
    upload,
    async linkUploadToJob(id, jobId) {
      await requireRole(connection, viewer, 'CURATOR', 'upload.ingest');
      await upload(id);
      await linkUploadToJob(connection, id, jobId);
    },
  };
}
