// The embedding space of query vectors, checked before anything is compared. Not its life-cycle: see ready-space.ts.
import type { Sql } from '@tomograph/data';
import { AppError } from '@tomograph/kernel';
import { loadSql } from './load-sql.js';
import type { QueryVector } from './search-request.js';

export interface VectorSpace {
  readonly id: number;
  /** `projection-descriptor@1` */
  readonly label: string;
  readonly channel: 'IMAGE' | 'MEANING';
  readonly width: number;
  readonly phase: 'BUILDING' | 'READY' | 'ACTIVE' | 'RETIRED';
  readonly recallAt10: number | null;
  /** Regions of a study have vectors of their own in it, which the second stage alone reads: see second-stage.ts. */
  readonly hasRegions: boolean;
  /** Vectors it holds, as the database counts them. */
  readonly stored: number;
  /** It answers for its channel now. */
  readonly isActive: boolean;
}

interface SpaceRow {
  readonly id: number;
  readonly name: string;
  readonly version: number;
  readonly channel: string;
  readonly width: number;
  readonly phase: VectorSpace['phase'];
  readonly recall_at_10: number | null;
  readonly stored: number;
  readonly is_active: boolean;
}

/** @throws AppError NOT_FOUND */
export async function findSpace(sql: Sql, spaceId: number): Promise<VectorSpace> {
  const [row] = isSpaceId(spaceId) ? await sql.query<SpaceRow>(loadSql('find-space'), [spaceId]) : [];
  if (!row) {
    throw new AppError('NOT_FOUND', { message: `no embedding space ${spaceId}`, facts: { spaceId } });
  }
  const channel = row.channel.toUpperCase();
  return {
    id: row.id,
    label: `${row.name}@${row.version}`,
    channel: channel === 'IMAGE' ? 'IMAGE' : 'MEANING',
    hasRegions: channel === 'MEANING',
    width: row.width,
    phase: row.phase,
    recallAt10: row.recall_at_10,
    stored: row.stored,
    isActive: row.is_active,
  };
}

/** What the statements that read a space need as literals. `parts` 0: only vectors of whole images, studies and reports. */
export function literalsOf({ id, width, hasRegions }: Pick<VectorSpace, 'id' | 'width' | 'hasRegions'>) {
  return { space: id, width, parts: hasRegions ? 0 : 1 };
}

/**
 * The space that all of these vectors are of.
 * @throws AppError SPACE_MISMATCH for a vector of no space, of one that does not answer now, or of another width;
 * NOT_FINITE; INVALID_ARGUMENT for a zero vector or a part that is no name
 */
export async function spaceOfVectors(sql: Sql, vectors: readonly QueryVector[]): Promise<VectorSpace> {
  const spaceId = vectors[0]!.spaceId;
  const space = await findSpace(sql, spaceId).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'NOT_FOUND') {
      throw mismatch(`query vector of space ${spaceId}, which does not exist`, { spaceId });
    }
    throw error;
  });
  if (!space.isActive) {
    throw mismatch(`query vector of space ${space.label}, which is not the active one of its channel`, {
      spaceId,
      phase: space.phase,
    });
  }
  for (const vector of vectors) checkVector(vector, space);
  return space;
}

function checkVector({ width, vector, part }: QueryVector, space: VectorSpace): void {
  if (width !== space.width || vector.length !== space.width) {
    throw mismatch(
      `query vector of width ${vector.length} for space ${space.label} of width ${space.width}`,
      {
        spaceId: space.id,
        want: space.width,
        got: vector.length,
      },
    );
  }
  let square = 0;
  for (const value of vector) square += value * value;
  if (!Number.isFinite(square)) {
    throw new AppError('NOT_FINITE', { message: 'query vector holds a number that is not finite' });
  }
  if (square === 0) {
    throw new AppError('INVALID_ARGUMENT', {
      message: 'query vector is zero: it has no direction to compare',
    });
  }
  if (!/^[\w-]{0,40}$/.test(part)) {
    throw new AppError('INVALID_ARGUMENT', {
      message: 'the part of a query vector is a view or region name',
    });
  }
}

function isSpaceId(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0x7fffffff;
}

function mismatch(what: string, facts: Record<string, string | number>): AppError {
  return new AppError('SPACE_MISMATCH', {
    message: `${what}: describe the query again with the space that is active now`,
    facts,
  });
}
