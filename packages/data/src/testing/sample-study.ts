// A study with one CT, one X-ray and one report, small and made up, for tests. Not a phantom: its blobs are a few bytes.
import { type Sha256, sha256 } from '@tomograph/kernel';
import type { BlobStore } from '@tomograph/registry';
import type { NewStudy, SavedBlob } from '../ingest/new-study.js';

export interface SampleOptions {
  readonly projectId: string;
  /** Everything is derived from it: the same seed is the same content. */
  readonly seed: string;
  readonly overrides?: Partial<NewStudy>;
}

export async function sampleStudy(blobs: BlobStore, options: SampleOptions): Promise<NewStudy> {
  const { projectId, seed } = options;
  const listed: SavedBlob[] = [];
  const put = async (name: string, mediaType: string): Promise<Sha256> => {
    const bytes = new TextEncoder().encode(`${seed} ${name}`);
    const digest = await blobs.put(bytes);
    listed.push({ digest, bytes: bytes.length, mediaType });
    return digest;
  };
  const webp = 'image/webp';
  const thumbnails = {
    axial: await put('axial', webp),
    coronal: await put('coronal', webp),
    sagittal: await put('sagittal', webp),
    mip: await put('mip', webp),
  };
  return {
    projectId,
    subject: {
      patientKey: sha256(`patient ${seed}`).slice(7, 39),
      studyKey: sha256(`study ${seed}`).slice(7, 39),
      sex: 'FEMALE',
      ageBand: 60,
      shiftedDay: '2021-03-04',
    },
    bodyPart: 'CHEST',
    series: [
      {
        contentDigest: sha256(`voxels ${seed}`),
        modality: 'CT',
        bodyPart: 'CHEST',
        size: [4, 4, 3],
        spacingMm: [0.7, 0.7, 2.5],
        affine: [0.7, 0, 0, -10, 0, 0.7, 0, -20, 0, 0, 2.5, 30],
        volumeBlob: await put('volume', 'application/gzip'),
        thumbnails,
        notes: [{ code: 'TILT_CORRECTED', message: 'gantry tilt of 12° corrected' }],
      },
    ],
    xrays: [
      {
        contentDigest: sha256(`pixels ${seed}`),
        modality: 'DX',
        view: 'PA',
        width: 8,
        height: 6,
        spacingMm: [],
        imageBlob: await put('image', 'image/png'),
        thumbnailBlob: await put('thumbnail', webp),
        notes: [],
      },
    ],
    reports: [
      {
        contentDigest: sha256(`report ${seed}`),
        text: 'Small left pleural effusion. No pneumothorax.',
        sentences: [
          {
            section: 'FINDINGS',
            text: 'Small left pleural effusion.',
            findingsPresent: ['pleural-effusion'],
            findingsAbsent: [],
            findingsUnsure: [],
          },
          {
            section: 'FINDINGS',
            text: 'No pneumothorax.',
            findingsPresent: [],
            findingsAbsent: ['pneumothorax'],
            findingsUnsure: [],
          },
        ],
      },
    ],
    blobs: listed,
    ...options.overrides,
  };
}
