// What an ADMIN does to the installation: keys, embedding spaces, erasure. Every call is audited, refusals too.
import { isUuid, newId } from '@tomograph/kernel';
import type { BlobStore } from '@tomograph/registry';
import type { Connection } from '../connection/connect.js';
import type { Sql } from '../connection/sql.js';
import { createApiKey, revokeApiKey } from '../keys/api-keys.js';
import { type EnqueuedJob, enqueue } from '../queue/enqueue.js';
import { activateSpace, rollbackSpace, type SpaceRecord, spaceById } from '../spaces/spaces.js';
import { type Erased, eraseStudy } from '../system/erase-study.js';
import { type AuditOutcome, writeAudit } from './audit.js';
import { type Page, type PageArgs, readPage } from './page.js';
import type { ApiKeyRecord } from './records.js';
import { notFound, type Role, requireRole, type Viewer, writableProject } from './viewer.js';

/** All of it needs the role ADMIN. @throws AppError FORBIDDEN */
export interface Administration {
  /** Keys whose every project the viewer has, newest first. */
  apiKeys(page: PageArgs): Promise<Page<ApiKeyRecord>>;
  apiKeysByIds(ids: readonly string[]): Promise<ApiKeyRecord[]>;
  /** The key's text is in the answer and nowhere else. @throws AppError NOT_FOUND for a project the viewer lacks */
  createApiKey(wanted: {
    readonly name: string;
    readonly role: Role;
    readonly projectIds: readonly string[];
  }): Promise<{ apiKey: ApiKeyRecord; key: string }>;
  /** @throws AppError NOT_FOUND */
  revokeApiKey(id: string): Promise<ApiKeyRecord>;
  /**
   * Queues the vectors that the space lacks, of all projects; asked again while that runs, the same job.
   * @param projectId whose job it is; undefined = the viewer's only project
   * @throws AppError NOT_FOUND
   */
  backfillSpace(id: number, projectId?: string): Promise<EnqueuedJob>;
  /** @throws AppError NOT_FOUND, SPACE_STATE */
  activateSpace(id: number): Promise<SpaceRecord>;
  /** @throws AppError NOT_FOUND, SPACE_STATE */
  rollbackSpace(id: number): Promise<SpaceRecord>;
  /** Rows, vectors, thumbnails and blobs of a case. @throws AppError NOT_FOUND */
  eraseStudy(id: string): Promise<Erased>;
}

export function administration(connection: Connection, blobs: BlobStore, viewer: Viewer): Administration {
  const { prisma } = connection;
  const select = {
    id: true,
    name: true,
    prefix: true,
    role: true,
    createdAt: true,
    lastUsedAt: true,
    revokedAt: true,
  } as const;
  const own = { projects: { every: { projectId: { in: [...viewer.projectIds] } } } };
  const note = (
    action: string,
    objectKind: string,
    id: string | null,
    outcome: AuditOutcome,
    on: Sql = connection,
  ) => writeAudit(on, viewer, { action, objectKind, objectIds: [id], outcome });

  const keysByIds = (ids: readonly string[]): Promise<ApiKeyRecord[]> =>
    prisma.apiKey.findMany({ where: { id: { in: ids.filter(isUuid) }, ...own }, select });
  const switchSpace = async (
    action: string,
    id: number,
    work: typeof activateSpace,
  ): Promise<SpaceRecord> => {
    await requireRole(connection, viewer, 'ADMIN', action);
    try {
      const space = await work(connection, id);
      await note(action, 'space', String(id), 'ALLOWED');
      return space;
    } catch (error) {
      await note(action, 'space', String(id), 'FAILED');
      throw error;
    }
  };
  return {
    async apiKeys(page) {
      await requireRole(connection, viewer, 'ADMIN', 'key.list');
      return readPage<ApiKeyRecord>(page, (keyset) =>
        prisma.apiKey.findMany({ ...keyset, where: { AND: [own, keyset.where] }, select }),
      );
    },
    async apiKeysByIds(ids) {
      await requireRole(connection, viewer, 'ADMIN', 'key.list');
      return keysByIds(ids);
    },
    async createApiKey(wanted) {
      await requireRole(connection, viewer, 'ADMIN', 'key.create');
      for (const projectId of wanted.projectIds) writableProject(viewer, projectId);
      const made = await connection.transaction(async (tx) => {
        const created = await createApiKey(tx, wanted);
        await writeAudit(tx, viewer, {
          action: 'key.create',
          objectKind: 'key',
          objectIds: [created.id],
          outcome: 'ALLOWED',
        });
        return created;
      });
      const [apiKey] = await keysByIds([made.id]);
      return { apiKey: apiKey!, key: made.key };
    },
    async revokeApiKey(id) {
      await requireRole(connection, viewer, 'ADMIN', 'key.revoke');
      const [known] = await keysByIds([id]);
      await note('key.revoke', 'key', id, known ? 'ALLOWED' : 'DENIED');
      if (!known) throw notFound('API key');
      await revokeApiKey(connection, id);
      const [apiKey] = await keysByIds([id]);
      return apiKey!;
    },
    async backfillSpace(id, projectId) {
      await requireRole(connection, viewer, 'ADMIN', 'space.backfill');
      const own = writableProject(viewer, projectId);
      const space = await spaceById(connection, id);
      return connection.transaction(async (tx) => {
        const [running] = await tx.query<EnqueuedJob>(
          `select id, state, false as "isNew" from job
            where kind = 'BACKFILL' and state in ('QUEUED', 'RUNNING') and project_id = $1
              and (input->>'spaceId')::int = $2`,
          [own, id],
        );
        const wanted = {
          projectId: own,
          kind: 'BACKFILL',
          key: `backfill:${space.digest}:${newId()}`,
        } as const;
        const job =
          running ?? (await enqueue(tx, { ...wanted, input: { spaceId: id }, createdByKeyId: viewer.keyId }));
        await note('space.backfill', 'space', String(id), 'ALLOWED', tx);
        return job;
      });
    },
    activateSpace: (id) => switchSpace('space.activate', id, activateSpace),
    rollbackSpace: (id) => switchSpace('space.rollback', id, rollbackSpace),
    async eraseStudy(id) {
      await requireRole(connection, viewer, 'ADMIN', 'study.erase');
      const target = { studyId: id, scope: viewer.projectIds };
      const erased = isUuid(id)
        ? await eraseStudy(connection, blobs, target, (tx) =>
            writeAudit(tx, viewer, {
              action: 'study.erase',
              objectKind: 'study',
              objectIds: [id],
              outcome: 'ALLOWED',
            }),
          )
        : undefined;
      if (erased) return erased;
      await note('study.erase', 'study', id, 'DENIED');
      throw notFound('case');
    },
  };
}
