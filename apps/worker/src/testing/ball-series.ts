// A volume, or a ball body, as a stored series of a case, without an ingest.

import type { Database } from '@tomograph/data';
import { sampleStudy } from '@tomograph/data/testing';
import { spacingMm, type Volume, writeNiftiGz } from '@tomograph/imaging';
import { sha256 } from '@tomograph/kernel';
import { ballBody } from './ball-cases.js';

export interface SavedSeries {
  readonly seriesId: string;
  readonly studyId: string;
}

export function saveBallSeries(
  database: Database,
  projectId: string,
  seed: number,
  modality: 'CT' | 'MR' = 'CT',
): Promise<SavedSeries> {
  return saveVolumeSeries(database, projectId, ballBody(seed).volume, { name: `balls ${seed}`, modality });
}

/** @param name tells one series from another */
export async function saveVolumeSeries(
  database: Database,
  projectId: string,
  volume: Volume,
  { name, modality }: { readonly name: string; readonly modality: 'CT' | 'MR' },
): Promise<SavedSeries> {
  const study = await sampleStudy(database.blobs, { projectId, seed: `${name} ${modality}` });
  const bytes = await writeNiftiGz(volume);
  const volumeBlob = await database.blobs.put(bytes);
  const series = study.series.map((row) => ({
    ...row,
    modality,
    contentDigest: sha256(`${name} ${modality}`),
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
