// MR-like signal against HU: it must tell something of it, and be no function of it that a line would find.
import { correlation, mutualInformation, type RenderOptions, render } from '@tomograph/phantom';
import { bar } from '../evaluation.js';
import { median, type Part, seedsOf } from './part.js';

export function mrLike(quick: boolean): Part {
  const seeds = seedsOf(quick, 1, 6);
  let [information, rho] = [Number.POSITIVE_INFINITY, 0];
  const rows: (string | number)[][] = [];
  for (const fov of ['chest-abdomen', 'chest', 'abdomen'] as const) {
    for (const modality of ['mr-t1', 'mr-t2'] as const) {
      const measured = seeds.map((seed) => {
        const options: RenderOptions = { size: 64, findings: 'none', fov };
        const ct = render(seed, options).volume.voxels;
        const image = render(seed, { ...options, modality }).volume.voxels;
        const body = Array.from(ct.keys()).filter((i) => ct[i]! >= -945);
        const [a, b] = [body.map((i) => ct[i]!), body.map((i) => image[i]!)];
        return { rho: correlation(a, b), information: mutualInformation(a, b) };
      });
      const rhos = measured.map((m) => m.rho);
      const least = Math.min(...measured.map((m) => m.information));
      [information, rho] = [Math.min(information, least), Math.max(rho, ...rhos.map(Math.abs))];
      rows.push([fov, modality, median(rhos), Math.max(...rhos.map(Math.abs)), least]);
    }
  }
  const n = 6 * seeds.length;
  return {
    bars: [
      bar('mutual information of CT and MR-like, lowest, nats', information, '≥', 0.2, n),
      bar('|correlation| of CT and MR-like over the body, highest', rho, '≤', 0.3, n),
    ],
    tables: [
      {
        title: 'CT against MR-like over the body (CT ≥ -945 HU)',
        columns: ['field of view', 'contrast', 'rho median', '|rho| highest', 'information lowest, nats'],
        rows,
      },
    ],
  };
}
