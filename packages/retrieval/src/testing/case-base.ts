// A small case base for the tests of this room: rows put in directly, sentences read as the ingest reads them.
// Not part of the product.
import {
  activateSpace,
  createSpace,
  type NewEmbedding,
  type SpaceRecord,
  type SqlDatabase,
  saveEmbeddings,
} from '@tomograph/data';
import { findFindings, newId, type Polarity, Random, sha256, splitSentences } from '@tomograph/kernel';
import { readySpace } from '../ready-space.js';

export interface CaseFacts {
  readonly sex?: string;
  readonly ageBand?: number;
  readonly day?: string;
  readonly bodyPart?: string;
  readonly modalities?: readonly string[];
  readonly isDemo?: boolean;
  /** The text of its report. */
  readonly report?: string;
}

export async function addProject(db: SqlDatabase, name = 'one'): Promise<string> {
  const id = newId<string>();
  await db.query('insert into project (id, name) values ($1, $2)', [id, name]);
  return id;
}

export async function addCase(db: SqlDatabase, projectId: string, facts: CaseFacts = {}): Promise<string> {
  return (await addCases(db, projectId, [facts]))[0]!;
}

/** Ids in the order of `facts`. */
export async function addCases(
  db: SqlDatabase,
  projectId: string,
  facts: readonly CaseFacts[],
): Promise<string[]> {
  const cases = facts.map((one) => ({
    id: newId<string>(),
    sex: one.sex ?? 'UNKNOWN',
    age: one.ageBand ?? null,
    day: one.day ?? null,
    body: one.bodyPart ?? 'CHEST',
    modalities: one.modalities ?? ['CT'],
    demo: one.isDemo ?? false,
    report: one.report,
  }));
  const values = [projectId, JSON.stringify(cases)];
  await db.query(
    `insert into patient (id, project_id, patient_key, sex)
       select id, $1::uuid, id::text, sex::sex from jsonb_to_recordset($2::jsonb) as c(id uuid, sex text)`,
    values,
  );
  await db.query(
    `insert into study (id, project_id, patient_id, study_key, label, age_band, shifted_day, body_part, modalities, is_demo)
       select id, $1::uuid, id, id::text, 'T', age, day, body::body_part, modalities::modality[], demo
         from jsonb_to_recordset($2::jsonb)
           as c(id uuid, age int, day date, body text, modalities text[], demo boolean)`,
    values,
  );
  await addReports(
    db,
    cases.filter(({ report }) => report !== undefined) as { id: string; report: string }[],
  );
  return cases.map(({ id }) => id);
}

async function addReports(db: SqlDatabase, studies: readonly { id: string; report: string }[]) {
  const reports = studies.map(({ id, report }) => ({
    id: newId<string>(),
    study: id,
    digest: sha256(report),
    text: report,
  }));
  await db.query(
    `insert into report (id, study_id, content_digest, text)
       select id, study, digest, text from jsonb_to_recordset($1::jsonb)
         as r(id uuid, study uuid, digest text, text text)`,
    [JSON.stringify(reports)],
  );
  const sentences = reports.flatMap(({ id, text }) =>
    splitSentences(text).map((sentence, ordinal) => ({
      id: newId<string>(),
      report: id,
      ordinal,
      ...read(sentence),
    })),
  );
  await db.query(
    `insert into report_sentence (id, report_id, section, ordinal, text, findings_present, findings_absent, findings_unsure)
       select id, report, 'FINDINGS', ordinal, text, present, absent, unsure from jsonb_to_recordset($1::jsonb)
         as s(id uuid, report uuid, ordinal int, text text, present text[], absent text[], unsure text[])`,
    [JSON.stringify(sentences)],
  );
}

function read(text: string) {
  const mentions = findFindings(text);
  const codes = (polarity: Polarity) => [
    ...new Set(mentions.filter((one) => one.polarity === polarity).map(({ code }) => code)),
  ];
  return { text, present: codes('PRESENT'), absent: codes('ABSENT'), unsure: codes('UNCERTAIN') };
}

/** An active space that holds these vectors. */
export async function addSpace(
  db: SqlDatabase,
  options: { width: number; channel?: string; name?: string; rows: readonly NewEmbedding[] },
): Promise<SpaceRecord> {
  const name = options.name ?? 'test-space';
  const space = await createSpace(db, {
    name,
    version: 1,
    channel: options.channel ?? 'image',
    digest: sha256(name),
    width: options.width,
    preprocessing: {},
  });
  await saveEmbeddings(db, space, options.rows);
  await readySpace(db, space.id, 20);
  return activateSpace(db, space.id);
}

/** Unit vectors around random centres, `perCentre` of them each: near neighbours are hard to tell apart. */
export function clusteredVectors(seed: number, count: number, width: number, perCentre = 50): Float32Array[] {
  const random = new Random(seed, 'clustered-vectors');
  const centres = Array.from({ length: Math.ceil(count / perCentre) }, () =>
    Float32Array.from({ length: width }, () => random.normal()),
  );
  return Array.from({ length: count }, () => {
    const vector = random.pick(centres).map((value) => value + 0.7 * random.normal());
    const norm = Math.hypot(...vector);
    return vector.map((value) => value / norm);
  });
}
