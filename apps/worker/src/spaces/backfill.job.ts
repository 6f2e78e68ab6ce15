// BACKFILL: the vectors of every image (and report, in a space of meaning) that a space lacks, one by one; going on after an interruption is the same
// as starting: what is stored is not computed again. Ends with the space READY and its recall measured.
import { type ClaimedJob, expectVectors, type JobContext, markSpaceReady, spaceById } from '@tomograph/data';
import { decodeNifti, decodePng } from '@tomograph/imaging';
import { backfillInputSchema, type Sha256, type XrayView } from '@tomograph/kernel';
import { measureRecallAt10 } from '@tomograph/retrieval';
import type { WorkerDependencies } from '../dependencies.js';
import { saveVectors } from './save-vectors.js';

interface Lacking {
  readonly projectId: string;
  readonly studyId: string;
  readonly subjectId: string;
  readonly subjectKind: 'SERIES' | 'XRAY' | 'REPORT';
  /** Of an image. */
  readonly blob: Sha256 | null;
  readonly view: XrayView | null;
}

export async function runBackfill(job: ClaimedJob, context: JobContext, deps: WorkerDependencies) {
  const { spaceId } = backfillInputSchema.parse(job.input);
  const { database } = deps;
  const space = await spaceById(database, spaceId);
  const lacking = await database.query<Lacking>(lackingSql, [spaceId, space.channel]);
  let stored = 0;
  for (const [done, image] of lacking.entries()) {
    context.signal.throwIfAborted();
    await context.progress(done / lacking.length, 'computing vectors');
    const vectors = (await vectorsOf(image, space.digest, context.signal, deps)).filter(
      (vector) => vector.space === space.digest,
    );
    const { subjectKind, subjectId } = image;
    await database.transaction((tx) =>
      saveVectors(
        tx,
        image,
        vectors.map((vector) => ({ ...vector, subjectKind, subjectId })),
      ),
    );
    stored += vectors.length;
  }
  if (space.phase === 'BUILDING') {
    const { stored: total } = await spaceById(database, spaceId);
    await expectVectors(database, spaceId, total);
    await context.progress(1, 'measuring recall');
    await markSpaceReady(database, spaceId, () => measureRecallAt10(database, spaceId));
  }
  return { images: lacking.length, stored };
}

async function vectorsOf(
  image: Lacking,
  only: Sha256,
  signal: AbortSignal,
  { database, compute }: WorkerDependencies,
) {
  if (image.subjectKind === 'REPORT') {
    const rows = await database.query<{ text: string }>(
      'select text from report_sentence where report_id = $1 order by ordinal',
      [image.subjectId],
    );
    const reports = [rows.map(({ text }) => text)];
    const derived = await compute.run('describeReports', { reports, only }, signal);
    return derived.map(({ report }) => report);
  }
  const bytes = await database.blobs.get(image.blob!);
  if (image.subjectKind === 'XRAY') {
    return compute.run(
      'describeXray',
      { image: await decodePng(bytes), view: image.view ?? 'UNKNOWN', only },
      signal,
    );
  }
  const volume = await decodeNifti(bytes);
  return compute.run('describeVolume', { volume, only }, signal);
}

const lackingSql = `
  select st.project_id as "projectId", st.id as "studyId", s.id as "subjectId", 'SERIES' as "subjectKind",
      s.volume_blob as blob, null as view
    from series s join study st on st.id = s.study_id
    where s.modality = 'CT' and not exists (
      select 1 from embedding e where e.space_id = $1 and e.subject_kind = 'SERIES' and e.subject_id = s.id)
  union all
  select st.project_id, st.id, x.id, 'XRAY', x.image_blob, x.view::text
    from xray x join study st on st.id = x.study_id
    where not exists (
      select 1 from embedding e where e.space_id = $1 and e.subject_kind = 'XRAY' and e.subject_id = x.id)
  union all
  select st.project_id, st.id, r.id, 'REPORT', null, null
    from report r join study st on st.id = r.study_id
    where $2 = 'meaning' and not exists (
      select 1 from embedding e where e.space_id = $1 and e.subject_kind = 'REPORT' and e.subject_id = r.id)`;
