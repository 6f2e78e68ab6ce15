// What a phantom is, with a digest for every array: two machines that agree here hold the same bytes.
import { canonicalJson, type Sha256, sha256 } from '@tomograph/kernel';
import { malignancyWeights } from '../lesion/nodule.js';
import type { Phantom } from '../render.js';

/** Rises whenever the same seed gives other bytes. 2: body size, airways and MR contrast of 24 November 2026. */
export const PHANTOM_VERSION = 3;

export interface PhantomManifest {
  readonly phantomVersion: number;
  readonly seed: number;
  readonly modality: string;
  readonly size: readonly number[];
  readonly spacingMm: readonly number[];
  /** Index -> LPS mm. */
  readonly affine: readonly number[];
  readonly arrays: Readonly<Record<string, Sha256>>;
  readonly truthDigest: Sha256;
  readonly malignancyWeights: typeof malignancyWeights;
}

export function manifestOf(phantom: Phantom): PhantomManifest {
  const arrays: Record<string, Sha256> = {
    volume: digest(phantom.volume.voxels),
    labels: digest(phantom.labels.voxels),
    airways: digest(phantom.airways.voxels),
    vessels: digest(phantom.vessels.voxels),
    instances: digest(phantom.instances.voxels),
  };
  if (phantom.phi !== undefined) {
    arrays['phiForward'] = digest(phantom.phi.forward);
    arrays['phiInverse'] = digest(phantom.phi.inverse);
    arrays['phiDeterminant'] = digest(phantom.phi.determinant);
  }
  return {
    phantomVersion: PHANTOM_VERSION,
    seed: phantom.seed,
    modality: phantom.modality,
    size: phantom.volume.size,
    spacingMm: phantom.spacingMm,
    affine: phantom.volume.affine,
    arrays,
    truthDigest: sha256(canonicalJson(truthOf(phantom))),
    malignancyWeights,
  };
}

/** Everything structured, as plain JSON. */
export function truthOf(phantom: Phantom): Record<string, unknown> {
  return {
    seed: phantom.seed,
    modality: phantom.modality,
    subject: phantom.subject,
    acquisition: phantom.acquisition,
    findings: phantom.findings,
    report: phantom.report,
    // an endless doubling time is not JSON: null means stable
    lesions: phantom.lesions.map((lesion) =>
      lesion.nodule === undefined
        ? lesion
        : {
            ...lesion,
            nodule: {
              ...lesion.nodule,
              doublingDays: Number.isFinite(lesion.nodule.doublingDays) ? lesion.nodule.doublingDays : null,
            },
          },
    ),
    landmarks: phantom.landmarks,
    centrelines: phantom.centrelines,
  };
}

function digest(array: Int16Array | Uint16Array | Float32Array): Sha256 {
  return sha256(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
}
