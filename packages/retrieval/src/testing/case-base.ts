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
import { findFindings, newId, Random, sha256, splitSentences } from '@tomograph/kernel';
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
  const patientId = newId<string>();
  const studyId = newId<string>();
  await db.query('insert into patient (id, project_id, patient_key, sex) values ($1, $2, $3, $4::sex)', [
    patientId,
    projectId,
    patientId,
    facts.sex ?? 'UNKNOWN',
  ]);
  await db.query(
    `insert into study (id, project_id, patient_id, study_key, label, age_band, shifted_day, body_part, modalities, is_demo)
       values ($1::uuid, $2, $3, $1::uuid::text, 'T', $4, $5, $6::body_part, $7::modality[], $8)`,
    [
      studyId,
      projectId,
      patientId,
      facts.ageBand ?? null,
      facts.day ?? null,
      facts.bodyPart ?? 'CHEST',
      [...(facts.modalities ?? ['CT'])],
      facts.isDemo ?? false,
    ],
  );
  if (facts.report !== undefined) await addReport(db, studyId, facts.report);
  return studyId;
}

export async function addReport(db: SqlDatabase, studyId: string, text: string): Promise<void> {
  const reportId = newId<string>();
  await db.query('insert into report (id, study_id, content_digest, text) values ($1, $2, $3, $4)', [
    reportId,
    studyId,
    sha256(text),
    text,
  ]);
  const rows = splitSentences(text).map((sentence, ordinal) => {
    const codes = (polarity: string) => [
      ...new Set(
        findFindings(sentence)
          .filter((mention) => mention.polarity === polarity)
          .map(({ code }) => code),
      ),
    ];
    return {
      id: newId<string>(),
      ordinal,
      text: sentence,
      present: codes('PRESENT'),
      absent: codes('ABSENT'),
      unsure: codes('UNCERTAIN'),
    };
  });
  await db.query(
    `insert into report_sentence (id, report_id, section, ordinal, text, findings_present, findings_absent, findings_unsure)
       select r.id, $1, 'FINDINGS', r.ordinal, r.text, r.present, r.absent, r.unsure
         from jsonb_to_recordset($2::jsonb)
           as r(id uuid, ordinal int, text text, present text[], absent text[], unsure text[])`,
    [reportId, JSON.stringify(rows)],
  );
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
