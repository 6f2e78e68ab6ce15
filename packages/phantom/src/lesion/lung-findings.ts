// Lungs and pleura: what emphysema, consolidation, effusions and their like look like. Paints below the vessels.
import type { Random } from '@tomograph/kernel';
import type { Paint } from '../body/scene.js';
import { axes, custom, ellipsoid } from '../body/shapes.js';
import { tissue } from '../body/tissue.js';
import { insideRibs, type LobeName, lobeNames } from '../body/torso.js';
import type { Vec3 } from '../body/vector.js';
import type { Finding } from './finding.js';
import { direction } from './nodule.js';
import type { PlaceContext } from './place.js';
import { ball, streak } from './simple-paints.js';

const OPACITY = 5;
const ATELECTASIS = 7;
const FLUID = 8;
const chestBox = (side: number) => ({
  low: [side < 0 ? -150 : 2, -115, -215] as Vec3,
  high: [side < 0 ? 4 : 150, 95, 105] as Vec3,
});

export function lungFindings(f: Finding, { territory }: PlaceContext, r: Random): Paint[] {
  const place = (lobe: LobeName, count: number, margin = 6) => territory.sample(lobe, count, r, margin);
  const sides = f.side === 'bilateral' ? [-1, 1] : f.side === 'right' ? [-1] : [1];
  const lobe = f.lobe ?? 'RLL';
  switch (f.name) {
    case 'lung_opacity':
      return place(lobe, f.count ?? 1).map((c) =>
        cloud(c, 14 + 7 * f.severity, 'lesion-ground-glass', 0.75, 0.5, r),
      );
    case 'consolidation':
      return place(lobe, f.count ?? 1, 10).flatMap((c) => [
        cloud(c, 16 + 9 * f.severity, 'lesion-ground-glass', 0.6, 0.4, r),
        cloud(c, 11 + 8 * f.severity, 'consolidation', 0.97, 0.25, r),
      ]);
    case 'atelectasis':
      return place(lobe, 1 + f.severity).map((c) => {
        const thick = f.kind === 'linear' ? 1.2 + 0.5 * f.severity : 4 + 2 * f.severity;
        const frame = axes([r.normal(0, 0.2), r.normal(0, 0.3), 1]);
        return {
          order: OPACITY,
          shape: ellipsoid(c, [thick, 22 + 6 * f.severity, 16], frame),
          tissue: tissue('consolidation'),
          clip: 'lung' as const,
          strength: 0.9,
          softMm: 1,
        };
      });
    case 'pulmonary_fibrotic_sequela':
      return place(lobe, 4 + 4 * f.severity, 3).flatMap((c) => [
        streak(OPACITY, c, r.uniform(10, 26), r.uniform(0.7, 1.8), 'scar', r, { clip: 'lung' }),
        streak(OPACITY, c, r.uniform(6, 16), r.uniform(0.6, 1.4), 'scar', r, { clip: 'lung' }),
      ]);
    case 'emphysema':
      return lobeNames.flatMap((name) => {
        const upper = name === 'RUL' || name === 'LUL';
        return place(name, (upper ? 70 : 26) * f.severity, 2).map((c) =>
          ball(OPACITY, c, r.uniform(3, 5 + 2 * f.severity), 'emphysema', {
            clip: 'lung',
            softMm: 3,
            strength: 0.9,
          }),
        );
      });
    case 'mosaic_attenuation_pattern':
      return lobeNames.flatMap((name) =>
        place(name, 5 + 2 * f.severity, 4).map((c) =>
          cloud(c, r.uniform(12, 22), 'emphysema', 0.35 + 0.1 * f.severity, 0, r),
        ),
      );
    case 'interlobular_septal_thickening':
      return sides.map((side) => septa(side, f.severity, r));
    case 'pleural_effusion':
      return sides.flatMap((side) => effusion(side, f.severity, r));
    default:
      return [];
  }
}

/** An uneven patch with a soft edge. */
function cloud(
  centre: Vec3,
  radius: number,
  name: Parameters<typeof tissue>[0],
  strength: number,
  patchy: number,
  r: Random,
): Paint {
  const radii: Vec3 = [
    radius * r.uniform(0.7, 1.2),
    radius * r.uniform(0.7, 1.2),
    radius * r.uniform(0.6, 1.1),
  ];
  return {
    order: OPACITY,
    shape: ellipsoid(centre, radii, axes(direction(r))),
    tissue: tissue(name),
    clip: 'lung',
    strength,
    patchy,
    softMm: Math.min(9, radius * 0.5),
  };
}

/** Thickened interlobular septa: the zero sheets of a gyroid of 17 mm period, in the lower and outer lung. */
function septa(side: number, severity: number, r: Random): Paint {
  const k = (2 * Math.PI) / 17;
  const [p, q, s] = [r.uniform(0, 6), r.uniform(0, 6), r.uniform(0, 6)];
  const half = 0.35 + 0.2 * severity;
  const shape = custom({ ...chestBox(side), high: [chestBox(side).high[0], 95, 10] }, half, (x, y, z) => {
    if ((side < 0 ? x > -8 : x < 8) || z > 10) return 20;
    const [a, b, c] = [x * k + p, y * k + q, z * k + s];
    const g = Math.sin(a) * Math.cos(b) + Math.sin(b) * Math.cos(c) + Math.sin(c) * Math.cos(a);
    return Math.abs(g) / (k * 1.2) - half;
  });
  return { order: 6, shape, tissue: tissue('scar'), clip: 'lung', strength: 0.4 };
}

/** Free fluid along the back of the chest of a supine patient, thinning upwards and forwards, and the lung it presses. */
function effusion(side: number, severity: number, r: Random): Paint[] {
  const depth = 8 + 13 * severity + r.normal(0, 2);
  const top = -70 + 50 * severity + r.normal(0, 6);
  const layer = (gap: number) =>
    custom(chestBox(side), 6, (x, y, z) => {
      if (side < 0 ? x > 4 : x < 4) return 20;
      const rise = Math.min(1, Math.max(0, (top - z) / 110));
      const back = Math.min(1.15, Math.max(0, (y + 18) / 75));
      if (rise <= 0 || back <= 0) return 20;
      // distance to a crescent that is thickest low and behind
      return -insideRibs(x, y, z) - (depth * (0.25 + 0.75 * rise) * back + gap * rise * back);
    });
  return [
    {
      order: ATELECTASIS,
      shape: layer(7 + 3 * severity),
      tissue: tissue('consolidation'),
      clip: 'lung',
      strength: 0.85,
      softMm: 3,
    },
    { order: FLUID, shape: layer(0), tissue: tissue('effusion'), clip: 'lung', label: 0 },
  ];
}
