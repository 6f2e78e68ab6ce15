// Embedding spaces and their life. Vectors of two spaces are never compared: not searched here, see packages/retrieval.
//
// building -> ready    every expected vector is stored, the index stands, recall@10 against exact search was measured
// ready -> active      activateSpace: the channel's one row is switched; the space before it retires. One transaction.
// active -> retired    replaced; it keeps its vectors and index, so that
// retired -> active    rollbackSpace brings it back in one transaction, and the failed one retires
import { AppError, type Sha256, type SpaceId } from '@tomograph/kernel';
import type { Sql, SqlDatabase } from '../connection/sql.js';
import { createSpaceIndex } from './space-index.js';

export type SpacePhase = 'BUILDING' | 'READY' | 'ACTIVE' | 'RETIRED';

export interface SpaceRecord {
  readonly id: SpaceId;
  readonly name: string;
  readonly version: number;
  /** What one active space serves: `image`, `meaning`. */
  readonly channel: string;
  readonly digest: Sha256;
  readonly width: number;
  readonly metric: 'cosine';
  readonly preprocessing: unknown;
  readonly phase: SpacePhase;
  /** Measured against exact search, never assumed; null while building. */
  readonly recallAt10: number | null;
  readonly expected: number;
  /** Vectors it holds; a counter that the database keeps. */
  readonly stored: number;
  readonly replacedById: SpaceId | null;
  /** Since when it is active; null when it is not. */
  readonly since: Date | null;
  readonly createdAt: Date;
}

export interface NewSpace {
  readonly name: string;
  readonly version: number;
  readonly channel: string;
  /** Of network, adapter and preprocessing together. */
  readonly digest: Sha256;
  readonly width: number;
  readonly preprocessing: unknown;
}

const columns = `s.id, s.name, s.version, s.channel, s.digest, s.width, s.metric, s.preprocessing,
  s.phase::text as phase, s.recall_at_10 as "recallAt10", s.expected, s.replaced_by_id as "replacedById",
  s.created_at as "createdAt", a.since, s.stored`;
const tables = 'embedding_space s left join active_space a on a.space_id = s.id';

export function listSpaces(sql: Sql): Promise<SpaceRecord[]> {
  return sql.query<SpaceRecord>(`select ${columns} from ${tables} order by s.id`);
}

/** @throws AppError NOT_FOUND */
export async function spaceById(sql: Sql, id: number): Promise<SpaceRecord> {
  const [space] = await sql.query<SpaceRecord>(`select ${columns} from ${tables} where s.id = $1`, [id]);
  if (!space) throw new AppError('NOT_FOUND', { message: `no embedding space ${id}`, facts: { space: id } });
  return space;
}

/** The space that answers for a channel now. */
export async function activeSpace(sql: Sql, channel: string): Promise<SpaceRecord | undefined> {
  const [space] = await sql.query<SpaceRecord>(`select ${columns} from ${tables} where a.channel = $1`, [
    channel,
  ]);
  return space;
}

/**
 * A new space in the phase BUILDING, or the known one of the same digest.
 * @throws AppError CONFLICT when name and version are taken by another digest: raise the version
 */
export async function createSpace(sql: SqlDatabase, space: NewSpace): Promise<SpaceRecord> {
  return sql.transaction(async (tx) => {
    await tx.query(
      `insert into embedding_space (name, version, channel, digest, width, preprocessing)
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
      [
        space.name,
        space.version,
        space.channel,
        space.digest,
        space.width,
        JSON.stringify(space.preprocessing),
      ],
    );
    const [row] = await tx.query<SpaceRecord>(`select ${columns} from ${tables} where s.digest = $1`, [
      space.digest,
    ]);
    if (row) return row;
    throw new AppError('CONFLICT', {
      message: `${space.name}@${space.version} exists with another digest: what changed makes a new version`,
      facts: { name: space.name, version: space.version },
    });
  });
}

/** How many vectors a backfill means to store; shown as progress, and required before READY. */
export async function expectVectors(sql: Sql, id: number, expected: number): Promise<void> {
  await sql.query('update embedding_space set expected = $2 where id = $1', [id, expected]);
}

/**
 * BUILDING -> READY: builds the index, then lets the caller measure recall@10 against exact search.
 * @param measure runs on the finished index; may take long, holds no transaction
 * @throws AppError SPACE_STATE when the space is in another phase or lacks vectors
 */
export async function markSpaceReady(
  sql: SqlDatabase,
  id: number,
  measure: (space: SpaceRecord) => Promise<number>,
): Promise<SpaceRecord> {
  const space = await spaceById(sql, id);
  requirePhase(space, ['BUILDING'], 'become ready');
  if (space.stored < space.expected) {
    throw new AppError('SPACE_STATE', {
      message: `${nameOf(space)} holds ${space.stored} of ${space.expected} vectors: finish its backfill first`,
      facts: { space: id, stored: space.stored, expected: space.expected },
    });
  }
  await createSpaceIndex(sql, space);
  await sql.query('analyze embedding'); // the planner's numbers; the embedded database has no autovacuum for it
  const recall = await measure(space);
  if (!(recall >= 0 && recall <= 1)) {
    throw new AppError('NOT_FINITE', { message: `recall@10 of ${nameOf(space)} came out as ${recall}` });
  }
  return sql.transaction(async (tx) => {
    const [row] = await tx.query(
      `update embedding_space set phase = 'READY', recall_at_10 = $2 where id = $1 and phase = 'BUILDING' returning 1`,
      [id, recall],
    );
    if (!row) requirePhase(await spaceById(tx, id), ['BUILDING'], 'become ready');
    return spaceById(tx, id);
  });
}

/** A later measurement, on more vectors. */
export async function recordRecall(sql: Sql, id: number, recallAt10: number): Promise<void> {
  await sql.query('update embedding_space set recall_at_10 = $2 where id = $1', [id, recallAt10]);
}

/**
 * READY -> ACTIVE, the channel's former space -> RETIRED, in one transaction: no moment without an answer.
 * @throws AppError SPACE_STATE
 */
export function activateSpace(sql: SqlDatabase, id: number): Promise<SpaceRecord> {
  return sql.transaction(async (tx) => {
    const space = await lockSpace(tx, id);
    requirePhase(space, ['READY'], 'be activated');
    return switchTo(tx, space);
  });
}

/**
 * The channel of this active space goes back to the space before it.
 * @param id the active space that is to go
 * @throws AppError SPACE_STATE when it is not active, or nothing was active before it
 */
export function rollbackSpace(sql: SqlDatabase, id: number): Promise<SpaceRecord> {
  return sql.transaction(async (tx) => {
    const space = await lockSpace(tx, id);
    requirePhase(space, ['ACTIVE'], 'be rolled back');
    const [row] = await tx.query<{ previous: number | null }>(
      'select previous_space_id as previous from active_space where channel = $1',
      [space.channel],
    );
    if (row?.previous == null) {
      throw new AppError('SPACE_STATE', {
        message: `nothing was active before ${nameOf(space)}: activate another space of channel ${space.channel}`,
        facts: { space: id, channel: space.channel },
      });
    }
    return switchTo(tx, await lockSpace(tx, row.previous));
  });
}

async function switchTo(tx: Sql, next: SpaceRecord): Promise<SpaceRecord> {
  const [before] = await tx.query<{ id: number }>(
    'select space_id as id from active_space where channel = $1 for update',
    [next.channel],
  );
  if (before) {
    await tx.query(`update embedding_space set phase = 'RETIRED', replaced_by_id = $2 where id = $1`, [
      before.id,
      next.id,
    ]);
  }
  await tx.query(`update embedding_space set phase = 'ACTIVE', replaced_by_id = null where id = $1`, [
    next.id,
  ]);
  await tx.query(
    `insert into active_space (channel, space_id, previous_space_id) values ($1, $2, $3)
       on conflict (channel) do update set space_id = excluded.space_id,
         previous_space_id = excluded.previous_space_id, since = now()`,
    [next.channel, next.id, before?.id ?? null],
  );
  return spaceById(tx, next.id);
}

// All switches of all channels pass here one at a time: two that cross would otherwise wait for each other.
async function lockSpace(tx: Sql, id: number): Promise<SpaceRecord> {
  await tx.query('select pg_advisory_xact_lock(7236104)');
  return spaceById(tx, id);
}

function requirePhase(space: SpaceRecord, phases: readonly SpacePhase[], what: string): void {
  if (phases.includes(space.phase)) return;
  throw new AppError('SPACE_STATE', {
    message: `${nameOf(space)} is ${space.phase} and cannot ${what}: only ${phases.join(' or ')} can`,
    facts: { space: space.id, phase: space.phase },
  });
}

const nameOf = (space: SpaceRecord): string => `${space.name}@${space.version}`;
