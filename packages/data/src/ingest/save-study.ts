// Writes what an ingest found as one study, in one transaction, once: the same content again is the same study. Blobs
// are put into the store before; here they are only named.
import { AppError, type BodyPart, newId, type Sha256, type StudyId } from '@tomograph/kernel';
import type { BlobStore } from '@tomograph/registry';
import type { Sql } from '../connection/sql.js';
import { notFound } from '../viewer/viewer.js';
import type {
  NewReport,
  NewSentence,
  NewSeries,
  NewStudy,
  NewXray,
  SavedBlob,
  SavedStudy,
} from './new-study.js';

/**
 * @throws AppError NOT_FOUND for an unknown study to add to, CONFLICT when a blob vanished meanwhile (put it again
 * and repeat: an erasure ran at the same time), INVALID_ARGUMENT when a named blob is not listed
 */
export async function saveStudy(tx: Sql, blobs: BlobStore, study: NewStudy): Promise<SavedStudy> {
  requireListedBlobs(study);
  // one save at a time per project: two copies of the same pixels under different ids would otherwise both be new
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 7236105))', [study.projectId]);
  const studyId = (await findByContent(tx, study)) ?? (await findOrMakeStudy(tx, study));
  await saveBlobs(tx, blobs, study.blobs, studyId);
  const series = await saveSeries(tx, studyId, study.series);
  const xrays = await saveXrays(tx, studyId, study.xrays);
  const reports = await saveReports(tx, studyId, study.reports);
  const added = [...series, ...xrays, ...reports].filter((row) => row.isNew).length;
  if (added > 0) await keepSummary(tx, studyId, study.bodyPart);
  const ids = (rows: readonly Saved[]) => rows.map((row) => row.id);
  return {
    studyId,
    duplicate: added === 0,
    seriesIds: ids(series),
    xrayIds: ids(xrays),
    reportIds: ids(reports),
  };
}

interface Saved {
  readonly id: string;
  readonly isNew: boolean;
}

// Pixels known in this project decide, whatever the file's own ids say: a copy exported under new UIDs is no new case.
async function findByContent(tx: Sql, study: NewStudy): Promise<StudyId | undefined> {
  if ('studyId' in study.subject) return undefined;
  const digests = [...study.series, ...study.xrays].map((image) => image.contentDigest);
  if (digests.length === 0) return undefined;
  const [row] = await tx.query<{ id: StudyId }>(
    `select s.id from study s where s.project_id = $1 and (
        exists (select 1 from series v where v.study_id = s.id and v.content_digest = any($2))
        or exists (select 1 from xray x where x.study_id = s.id and x.content_digest = any($2)))
      order by s.created_at, s.id limit 1`,
    [study.projectId, digests],
  );
  return row?.id;
}

async function findOrMakeStudy(tx: Sql, study: NewStudy): Promise<StudyId> {
  const { subject } = study;
  if ('studyId' in subject) {
    const [row] = await tx.query<{ id: StudyId }>(
      'select id from study where id = $1 and project_id = $2 for update',
      [subject.studyId, study.projectId],
    );
    if (!row) throw notFound('case');
    return row.id;
  }
  const [patient] = await tx.query<{ id: string }>(
    `insert into patient (id, project_id, patient_key, sex) values ($1, $2, $3, $4)
       on conflict (project_id, patient_key) do update
         set sex = case when patient.sex = 'UNKNOWN' then excluded.sex else patient.sex end
       returning id`,
    [newId(), study.projectId, subject.patientKey, subject.sex],
  );
  const [row] = await tx.query<{ id: StudyId }>(
    `insert into study (id, project_id, patient_id, study_key, label, age_band, shifted_day, body_part, is_demo)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
       on conflict (project_id, study_key) do update set study_key = excluded.study_key
       returning id`,
    [
      newId(),
      study.projectId,
      patient!.id,
      subject.studyKey,
      labelOf(subject.studyKey),
      subject.ageBand,
      subject.shiftedDay,
      study.bodyPart,
      study.isDemo ?? false,
    ],
  );
  return row!.id;
}

/** `T-4F2A9C`: six digits of the pseudonym, to talk about a case; not unique and not needed to be. */
function labelOf(studyKey: string): string {
  return `T-${studyKey.slice(0, 6).toUpperCase()}`;
}

function requireListedBlobs(study: NewStudy): void {
  const listed = new Set(study.blobs.map((blob) => blob.digest));
  const named = [
    ...study.series.flatMap((series) => [series.volumeBlob, ...Object.values(series.thumbnails)]),
    ...study.xrays.flatMap((xray) => [xray.imageBlob, xray.thumbnailBlob]),
  ];
  const missing = named.find((digest) => !listed.has(digest));
  if (missing) {
    throw new AppError('INVALID_ARGUMENT', {
      message: `blob ${missing} is named by a series or X-ray but not listed`,
      facts: { digest: missing },
    });
  }
}

// Naming a blob locks its row, which an erasure holds while it removes the file: after the lock the file is looked
// for, so that a row never names a file that has just gone.
export async function saveBlobs(
  tx: Sql,
  store: BlobStore,
  blobs: readonly SavedBlob[],
  studyId: string,
): Promise<void> {
  for (const blob of [...blobs].sort((a, b) => (a.digest < b.digest ? -1 : 1))) {
    await tx.query(
      `insert into blob (digest, bytes, media_type) values ($1, $2, $3)
         on conflict (digest) do update set media_type = blob.media_type`,
      [blob.digest, blob.bytes, blob.mediaType],
    );
    await tx.query('insert into study_blob (study_id, digest) values ($1, $2) on conflict do nothing', [
      studyId,
      blob.digest,
    ]);
    if (!(await store.has(blob.digest))) {
      throw new AppError('CONFLICT', {
        message: `blob ${blob.digest} is no longer in the store: put it again and save again`,
        facts: { digest: blob.digest },
      });
    }
  }
}

async function saveSeries(tx: Sql, studyId: StudyId, all: readonly NewSeries[]): Promise<Saved[]> {
  const saved: Saved[] = [];
  for (const series of all) {
    const row = [
      series.modality,
      series.bodyPart,
      series.size,
      series.spacingMm,
      series.affine,
      series.volumeBlob,
    ];
    const [made] = await tx.query<{ id: string }>(
      `insert into series (id, study_id, content_digest, modality, body_part, size, spacing_mm, affine, volume_blob,
          thumbnails, notes) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (study_id, content_digest) do nothing returning id`,
      [
        newId(),
        studyId,
        series.contentDigest,
        ...row,
        JSON.stringify(series.thumbnails),
        JSON.stringify(series.notes),
      ],
    );
    saved.push(await madeOrKnown(tx, made, 'series', studyId, series.contentDigest));
  }
  return saved;
}

async function saveXrays(tx: Sql, studyId: StudyId, all: readonly NewXray[]): Promise<Saved[]> {
  const saved: Saved[] = [];
  for (const xray of all) {
    const row = [xray.modality, xray.view, xray.width, xray.height, xray.spacingMm, xray.imageBlob];
    const [made] = await tx.query<{ id: string }>(
      `insert into xray (id, study_id, content_digest, modality, view, width, height, spacing_mm, image_blob,
          thumbnail_blob, notes) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         on conflict (study_id, content_digest) do nothing returning id`,
      [newId(), studyId, xray.contentDigest, ...row, xray.thumbnailBlob, JSON.stringify(xray.notes)],
    );
    saved.push(await madeOrKnown(tx, made, 'xray', studyId, xray.contentDigest));
  }
  return saved;
}

async function saveReports(tx: Sql, studyId: StudyId, all: readonly NewReport[]): Promise<Saved[]> {
  const saved: Saved[] = [];
  for (const report of all) {
    const [made] = await tx.query<{ id: string }>(
      `insert into report (id, study_id, content_digest, text) values ($1, $2, $3, $4)
         on conflict (study_id, content_digest) do nothing returning id`,
      [newId(), studyId, report.contentDigest, report.text],
    );
    if (made) await saveSentences(tx, made.id, report.sentences);
    saved.push(await madeOrKnown(tx, made, 'report', studyId, report.contentDigest));
  }
  return saved;
}

async function saveSentences(tx: Sql, reportId: string, sentences: readonly NewSentence[]): Promise<void> {
  const rows = sentences.map((sentence, ordinal) => ({ id: newId(), ordinal, ...sentence }));
  await tx.query(
    `insert into report_sentence
        (id, report_id, section, ordinal, text, findings_present, findings_absent, findings_unsure)
      select s.id, $1, s.section, s.ordinal, s.text,
          array(select jsonb_array_elements_text(s."findingsPresent")),
          array(select jsonb_array_elements_text(s."findingsAbsent")),
          array(select jsonb_array_elements_text(s."findingsUnsure"))
        from jsonb_to_recordset($2) as s(id uuid, section text, ordinal integer, text text,
          "findingsPresent" jsonb, "findingsAbsent" jsonb, "findingsUnsure" jsonb)`,
    [reportId, JSON.stringify(rows)],
  );
}

async function madeOrKnown(
  tx: Sql,
  made: { id: string } | undefined,
  table: 'series' | 'xray' | 'report',
  studyId: StudyId,
  digest: Sha256,
): Promise<Saved> {
  if (made) return { id: made.id, isNew: true };
  const [known] = await tx.query<{ id: string }>(
    `select id from ${table} where study_id = $1 and content_digest = $2`,
    [studyId, digest],
  );
  return { id: known!.id, isNew: false };
}

// What lists filter by lies on the study: modalities of all it holds, and the body part once one is known.
async function keepSummary(tx: Sql, studyId: StudyId, bodyPart: BodyPart): Promise<void> {
  await tx.query(
    `update study set
        modalities = array(
          select m from (select modality as m from series where study_id = $1
            union select modality from xray where study_id = $1) as all_of_it order by m),
        body_part = case when body_part = 'UNKNOWN' then $2::body_part else body_part end
      where id = $1`,
    [studyId, bodyPart],
  );
}
