// A ball body as a stored series of a case, without an ingest.

import type { Database } from '@tomograph/data';
import { sampleStudy } from '@tomograph/data/testing';
import { spacingMm, writeNiftiGz } from '@tomograph/imaging';
import { sha256 } from '@tomograph/kernel';
import { ballBody } from './ball-cases.js';

export interface BallSeries {
  readonly seriesId: string;
  readonly studyId: string;
}

export async function saveBallSeries(
  database: Database,
  projectId: string,
  seed: number,
  modality: 'CT' | 'MR' = 'CT',
): Promise<BallSeries> {
  const { volume } = ballBody(seed);
  const study = await sampleStudy(database.blobs, { projectId, seed: `balls ${seed} ${modality}` });
  const bytes = await writeNiftiGz(volume);
  const volumeBlob = await database.blobs.put(bytes);
  const series = study.series.map((row) => ({
    ...row,
    modality,
    contentDigest: sha256(`balls ${seed} ${modality}`),
    size: [...volume.size],
    affine: [...volume.affine],
    spacingMm: [...spacingMm(volume.affine)],
    volumeBlob,
  }));
  const blobs = [...study.blobs, { digest: volumeBlob, bytes: bytes.length, mediaType: 'application/gzip' }];
  const saved = await database
    .systemDbBypassingViewer('test')
    .saveStudy({ ...study, series, xrays: [], reports: [], blobs });
  return { seriesId: saved.seriesIds[0]!, studyId: saved.studyId };
}
