// One study into the store: pictures and vectors in the compute thread, blobs first, then every row in one transaction.
import type { JobContext, NewReport, NewSeries, NewXray, SavedBlob, SavedStudy } from '@tomograph/data';
import type { CtItem, Report, ReportItem, XrayItem } from '@tomograph/imaging';
import type { Sha256 } from '@tomograph/kernel';
import type { DerivedVector } from '../compute/tasks.js';
import type { WorkerDependencies } from '../dependencies.js';
import { type NewVector, saveVectors } from '../spaces/save-vectors.js';
import { bodyPartOf, type StudyGroup } from './group-by-study.js';
import type { PhaseClock } from './phase-clock.js';

export interface Destination {
  readonly projectId: string;
  /** Add to this study instead of the one that the files name. */
  readonly studyId?: string | undefined;
  readonly isDemo?: boolean;
}

export async function storeStudy(
  group: StudyGroup,
  destination: Destination,
  context: Pick<JobContext, 'signal'>,
  deps: WorkerDependencies,
  clock: PhaseClock,
): Promise<SavedStudy> {
  const shelf = new BlobShelf(deps);
  const cts: { row: NewSeries; vectors: readonly DerivedVector[] }[] = [];
  const xrays: { row: NewXray; vectors: readonly DerivedVector[] }[] = [];
  const reports: NewReport[] = [];
  for (const item of group.items) {
    if (item.kind === 'CT') cts.push(await storeCt(item, shelf, context.signal, deps, clock));
    else if (item.kind === 'XRAY') xrays.push(await storeXray(item, shelf, context.signal, deps, clock));
    else reports.push(reportRow(item));
  }
  const meanings = await clock.time('pictures and vectors', () =>
    deps.compute.run(
      'describeReports',
      { reports: reports.map(({ sentences }) => sentences.map(({ text }) => text)) },
      context.signal,
    ),
  );
  const system = deps.database.systemDbBypassingViewer('ingest');
  return clock.time('rows', () =>
    deps.database.transaction(async (tx) => {
      const saved = await system.saveStudy(
        {
          projectId: destination.projectId,
          subject: destination.studyId === undefined ? group.subject : { studyId: destination.studyId },
          bodyPart: bodyPartOf(group),
          isDemo: destination.isDemo ?? false,
          series: cts.map(({ row }) => row),
          xrays: xrays.map(({ row }) => row),
          reports,
          blobs: shelf.blobs,
        },
        tx,
      );
      const of = (
        subjectKind: NewVector['subjectKind'],
        ids: readonly string[],
        all: { vectors: readonly DerivedVector[] }[],
      ) =>
        all.flatMap(({ vectors }, at) =>
          vectors.map((vector) => ({ ...vector, subjectKind, subjectId: ids[at]! })),
        );
      const written = saved.reportIds.map((_, at) => ({
        vectors: meanings.filter((one) => one.at === at).map(({ report }) => report),
      }));
      const vectors = [
        ...of('SERIES', saved.seriesIds, cts),
        ...of('XRAY', saved.xrayIds, xrays),
        ...of('REPORT', saved.reportIds, written),
      ];
      await saveVectors(tx, { projectId: destination.projectId, studyId: saved.studyId }, vectors);
      return saved;
    }),
  );
}

async function storeCt(
  item: CtItem,
  shelf: BlobShelf,
  signal: AbortSignal,
  deps: WorkerDependencies,
  clock: PhaseClock,
) {
  const { facts } = item;
  const derived = await clock.time('pictures and vectors', () =>
    deps.compute.run('volume', { volume: item.volume, isHounsfield: facts.modality === 'CT' }, signal),
  );
  return clock.time('blobs', async () => {
    const { axial, coronal, sagittal, mip } = derived.thumbnails;
    const row: NewSeries = {
      contentDigest: item.digest,
      modality: facts.modality,
      bodyPart: facts.bodyPart,
      size: facts.size,
      spacingMm: facts.spacingMm,
      affine: facts.affine,
      volumeBlob: await shelf.put(derived.nifti, 'application/gzip'),
      thumbnails: {
        axial: await shelf.put(axial, 'image/webp'),
        coronal: await shelf.put(coronal, 'image/webp'),
        sagittal: await shelf.put(sagittal, 'image/webp'),
        mip: await shelf.put(mip, 'image/webp'),
      },
      notes: facts.notes,
    };
    return { row, vectors: derived.vectors };
  });
}

async function storeXray(
  item: XrayItem,
  shelf: BlobShelf,
  signal: AbortSignal,
  deps: WorkerDependencies,
  clock: PhaseClock,
) {
  const { image, view } = item;
  const { width, height, spacingMm } = image;
  const derived = await clock.time('pictures and vectors', () =>
    deps.compute.run('xray', { image, view }, signal),
  );
  return clock.time('blobs', async () => {
    const row: NewXray = {
      contentDigest: item.digest,
      modality: item.modality,
      view,
      width,
      height,
      spacingMm: spacingMm ?? [],
      imageBlob: await shelf.put(derived.png, 'image/png'),
      thumbnailBlob: await shelf.put(derived.thumbnail, 'image/webp'),
      notes: item.notes,
    };
    return { row, vectors: derived.vectors };
  });
}

function reportRow(item: ReportItem): NewReport {
  return {
    contentDigest: item.digest,
    text: item.report.text,
    sentences: item.report.sentences.map(sentenceRow),
  };
}

function sentenceRow(sentence: Report['sentences'][number]): NewReport['sentences'][number] {
  const codes = (polarity: 'PRESENT' | 'ABSENT' | 'UNCERTAIN') => [
    ...new Set(
      sentence.findings.filter((finding) => finding.polarity === polarity).map((finding) => finding.code),
    ),
  ];
  return {
    section: sentence.section,
    text: sentence.text,
    findingsPresent: codes('PRESENT'),
    findingsAbsent: codes('ABSENT'),
    findingsUnsure: codes('UNCERTAIN'),
  };
}

/** Puts blobs and remembers them for the rows. */
class BlobShelf {
  readonly blobs: SavedBlob[] = [];

  constructor(private readonly deps: WorkerDependencies) {}

  async put(bytes: Uint8Array, mediaType: string): Promise<Sha256> {
    const digest = await this.deps.database.blobs.put(bytes);
    this.blobs.push({ digest, bytes: bytes.length, mediaType });
    return digest;
  }
}
