// A case base of any size for the search bench: one study with one vector each, hard clusters (100 of them: all of a
// cluster's vectors are about equally near to each other), 1 % of the studies aged 30–39.
import { createSpace, expectVectors, type SqlDatabase } from '@tomograph/data';
import { newId, Random, sha256 } from '@tomograph/kernel';

export const width = 256;
const clusters = 100;
const rowsPerStatement = 500;

export interface SearchBase {
  readonly projectId: string;
  readonly spaceId: number;
  /** Not in the base, of the same clusters. */
  readonly queries: readonly Float32Array[];
}

/** Leaves the space BUILDING: its index is made, and its recall measured, by readySpace. */
export async function loadSearchBase(
  db: SqlDatabase,
  options: { readonly seed: number; readonly count: number; readonly queries: number },
): Promise<SearchBase> {
  const projectId = newId<string>();
  await db.query('insert into project (id, name) values ($1, $2)', [projectId, `bench-${projectId}`]);
  const space = await createSpace(db, {
    name: `bench-${projectId}`,
    version: 1,
    channel: 'image',
    digest: sha256(projectId),
    width,
    preprocessing: {},
  });
  await expectVectors(db, space.id, options.count);
  const next = clusteredVectors(options.seed);
  for (let done = 0; done < options.count; done += rowsPerStatement) {
    const rows = Math.min(rowsPerStatement, options.count - done);
    await insertRows(db, projectId, space.id, done, Array.from({ length: rows }, next));
  }
  await db.query('analyze');
  return { projectId, spaceId: space.id, queries: Array.from({ length: options.queries }, next) };
}

/** An endless row of unit vectors. */
function clusteredVectors(seed: number): () => Float32Array {
  const random = new Random(seed, 'search-bench');
  const centres = Array.from({ length: clusters }, () =>
    Float32Array.from({ length: width }, () => random.normal()),
  );
  return () => {
    const vector = random.pick(centres).map((value) => value + 0.7 * random.normal());
    const norm = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));
    return vector.map((value) => value / norm);
  };
}

// Vectors go as binary parameters, one each: several times quicker than pgvector's text form.
async function insertRows(
  db: SqlDatabase,
  projectId: string,
  spaceId: number,
  start: number,
  vectors: readonly Float32Array[],
): Promise<void> {
  const ids = vectors.map(() => newId<string>());
  const ages = vectors.map((_vector, i) => ((start + i) % 100 === 0 ? 30 : 60));
  await db.query(
    `insert into patient (id, project_id, patient_key)
       select id, $1::uuid, id::text from unnest($2::uuid[]) id`,
    [projectId, ids],
  );
  await db.query(
    `insert into study (id, project_id, patient_id, study_key, label, age_band, body_part, modalities)
       select id, $1::uuid, id, id::text, 'T-BENCH', age, 'CHEST', '{CT}'
         from unnest($2::uuid[], $3::int[]) as u(id, age)`,
    [projectId, ids, ages],
  );
  const places = vectors.map((_vector, i) => `$${i + 4}::vector`).join(', ');
  await db.query(
    `insert into embedding (space_id, project_id, study_id, subject_kind, subject_id, part, vector)
       select $1::int, $2::uuid, u.id, 'STUDY', u.id, '', u.vector
         from unnest($3::uuid[], array[${places}]) as u(id, vector)`,
    [spaceId, projectId, ids, ...vectors.map(binaryVector)],
  );
}

/** pgvector's binary form: int16 width, int16 zero, then big-endian float32. */
function binaryVector(vector: Float32Array): Buffer {
  const bytes = Buffer.alloc(4 + 4 * vector.length);
  bytes.writeInt16BE(vector.length, 0);
  vector.forEach((value, i) => {
    bytes.writeFloatBE(value, 4 + 4 * i);
  });
  return bytes;
}
