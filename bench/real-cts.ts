// The real CTs of the shared data that show a trunk, and some that do not, read through the public door.
import { readInput, type Volume } from '@tomograph/imaging';
import { sharedData } from '../tests/shared-data.js';

export interface RealCt {
  readonly name: string;
  readonly volume: Volume;
}

/** Chest and abdomen CTs: name -> path below the shared data. */
export const trunkCts: Readonly<Record<string, string>> = {
  'LIDC-IDRI 0314, chest': 'ct_lidc0314/dicom',
  'CRLM 1004, abdomen': 'ct_crlm_abdomen/CRLM-CT-1004',
  'TotalSegmentator, abdomen': 'ct_totalseg/example_ct.nii.gz',
  'TotalSegmentator, 90 mm of it': 'ct_totalseg/example_ct_sm.nii.gz',
  'TotalSegmentator, 40 mm slab': 'ct_totalseg/example_ct_dicom',
  'CIP ct-64, chest': 'ct_cip_chest/ct-64.nrrd',
  'CIP TestInput, chest': 'ct_cip_chest/TestInput.nrrd',
  'RICORD 1B, chest': 'ct_ricord_chest/MIDRC-RICORD-1B',
  'elastix, right hemithorax': 'ctct_elastix_lung/Testing/Baselines/3DCT_lung.mha',
};

export const thighCts: Readonly<Record<string, string>> = {
  'STS 001, thigh': 'ctmr_sts/STS_001/CT',
  'STS 002, thigh': 'ctmr_sts/STS_002/CT',
};

/** Reads those that are there; what is absent or cannot be read is logged by name. The largest CT of each path. */
export async function readRealCts(
  paths: Readonly<Record<string, string>>,
  log: (line: string) => void,
): Promise<RealCt[]> {
  const found: RealCt[] = [];
  for (const [name, path] of Object.entries(paths)) {
    const absolute = sharedData(...path.split('/'));
    if (absolute === undefined) {
      log(`${name}: not in the shared data, left out`);
      continue;
    }
    const { items, refused } = await readInput(absolute, { key: new Uint8Array(32) });
    const volumes = items.flatMap((item) => (item.kind === 'CT' ? [item.volume] : []));
    const volume = volumes.sort((a, b) => b.voxels.length - a.voxels.length)[0];
    if (volume === undefined) log(`${name}: no CT read, ${refused.map(({ code }) => code).join(', ')}`);
    else found.push({ name, volume });
  }
  return found;
}
