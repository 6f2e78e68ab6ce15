// Reports for the search bench: real ones where the shared data hold them, else made by the phantom's templates; each
// a study of its own, sentences read as the ingest reads them. Repeated until there are enough: words and findings
// are then as frequent as in the originals, which is what a text search costs by.
import { readFileSync } from 'node:fs';
import type { SqlDatabase } from '@tomograph/data';
import { findFindings, newId, type Polarity, Random, sha256, splitSentences } from '@tomograph/kernel';
import { sampleFindings, writeReport } from '@tomograph/phantom';
import { sharedData } from '../../tests/shared-data.js';

export interface TextBase {
  readonly projectId: string;
  readonly source: string;
  readonly sentences: number;
}

interface Sentence {
  readonly ordinal: number;
  readonly text: string;
  readonly present: readonly string[];
  readonly absent: readonly string[];
  readonly unsure: readonly string[];
}

const studiesPerStatement = 250;

export async function loadTextBase(
  db: SqlDatabase,
  options: { readonly seed: number; readonly count: number },
): Promise<TextBase> {
  const projectId = newId<string>();
  await db.query('insert into project (id, name) values ($1, $2)', [projectId, `bench-text-${projectId}`]);
  const real = realReports();
  const texts = real ?? syntheticReports(options);
  const read = texts.map(readSentences);
  let sentences = 0;
  for (let done = 0; done < options.count; done += studiesPerStatement) {
    const places = Array.from(
      { length: Math.min(studiesPerStatement, options.count - done) },
      (_, i) => (done + i) % texts.length,
    );
    await insertStudies(
      db,
      projectId,
      places.map((place) => ({ text: texts[place]!, sentences: read[place]! })),
    );
    sentences += places.reduce((sum, place) => sum + read[place]!.length, 0);
  }
  await db.query('analyze');
  const source = real ? `${texts.length} real chest-CT reports, repeated` : 'phantom reports';
  return { projectId, source, sentences };
}

function syntheticReports({ seed, count }: { seed: number; count: number }): string[] {
  const random = new Random(seed, 'search-bench-text');
  return Array.from(
    { length: Math.min(count, 2_000) },
    () => writeReport(sampleFindings(random), random).text,
  );
}

function readSentences(text: string): Sentence[] {
  return splitSentences(text).map((sentence, ordinal) => {
    const mentions = findFindings(sentence);
    const codes = (polarity: Polarity) => [
      ...new Set(mentions.filter((one) => one.polarity === polarity).map(({ code }) => code)),
    ];
    const [present, absent, unsure] = [codes('PRESENT'), codes('ABSENT'), codes('UNCERTAIN')];
    return { ordinal, text: sentence, present, absent, unsure };
  });
}

async function insertStudies(
  db: SqlDatabase,
  projectId: string,
  studies: readonly { text: string; sentences: readonly Sentence[] }[],
): Promise<void> {
  const ids = studies.map(() => newId<string>());
  await db.query(
    `insert into patient (id, project_id, patient_key) select id, $1::uuid, id::text from unnest($2::uuid[]) id`,
    [projectId, ids],
  );
  await db.query(
    `insert into study (id, project_id, patient_id, study_key, label, age_band, body_part, modalities)
       select id, $1::uuid, id, id::text, 'T-BENCH', 60, 'CHEST', '{CT}' from unnest($2::uuid[]) id`,
    [projectId, ids],
  );
  const texts = studies.map(({ text }) => text);
  await db.query(
    `insert into report (id, study_id, content_digest, text)
       select id, id, digest, text from unnest($1::uuid[], $2::text[], $3::text[]) as r(id, digest, text)`,
    [ids, texts.map((text) => sha256(text)), texts],
  );
  const rows = studies.flatMap(({ sentences }, i) =>
    sentences.map((sentence) => ({ id: newId<string>(), report: ids[i], ...sentence })),
  );
  await db.query(
    `insert into report_sentence (id, report_id, section, ordinal, text, findings_present, findings_absent, findings_unsure)
       select id, report, 'FINDINGS', ordinal, text, present, absent, unsure from jsonb_to_recordset($1::jsonb)
         as s(id uuid, report uuid, ordinal int, text text, present text[], absent text[], unsure text[])`,
    [JSON.stringify(rows)],
  );
}

/** The report_text column of the CT-RATE file, or undefined where it is absent. */
function realReports(): string[] | undefined {
  const file = sharedData('reports_ctrate_labels', 'train.csv');
  if (file === undefined) return undefined;
  return [...readFileSync(file, 'utf8').matchAll(/^train_\w+,(?:"((?:[^"]|"")*)"|([^,\r\n]*)),/gm)]
    .map(([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '')
    .filter((text) => text !== '');
}
