import { describe, expect, it } from 'vitest';
import { label, labelGroups, organLabels } from './body/labels.js';
import { diceAcrossGrids, labelStatistics, resolvedLabels } from './check/geometry.js';
import { correlation, mutualInformation } from './check/statistics.js';
import { manifestOf } from './out/manifest.js';
import { type Phantom, render, renderXray } from './render.js';

const ct = render(3, { size: 64, findings: 'none' });
const ids = (names: string[]) => names.map(label);

describe('render', () => {
  it('gives the same bytes for the same seed, and others for another', () => {
    const again = render(3, { size: 64, findings: 'none' });
    expect(manifestOf(again)).toEqual(manifestOf(ct));
    expect(render(4, { size: 32 }).volume.voxels).not.toEqual(render(3, { size: 32 }).volume.voxels);
  });

  it('keeps these bytes: a change of the generator must be meant', () => {
    const { arrays } = manifestOf(render(7, { size: 32 }));
    expect({ volume: arrays['volume'], labels: arrays['labels'] }).toMatchInlineSnapshot(`
      {
        "labels": "sha256:a27eafddfbc14e878f59c21d74aeb21ef2588f45778f603db68236d44bd42d5a",
        "volume": "sha256:ebab78848cbb8c15fce9f3a6db89b7a248052810fd131b5e26a050e5966bb227",
      }
    `);
  });

  it('changes grey values and nothing else with the contrast phase', () => {
    const native = render(3, { size: 64, findings: 'none', phase: 'native' });
    expect(native.labels.voxels).toEqual(ct.labels.voxels);
    expect(native.vessels.voxels).toEqual(ct.vessels.voxels);
    const aorta = (p: Phantom) => labelStatistics(p.labels, p.volume.voxels).get(label('aorta'))!.mean;
    const arterial = render(3, { size: 64, findings: 'none', phase: 'arterial' });
    expect(aorta(native)).toBeLessThan(60);
    expect(aorta(arterial)).toBeGreaterThan(aorta(ct) + 80);
  });

  it('does not move the anatomy when an acquisition is added', () => {
    const noisy = render(3, { size: 64, findings: 'none', acquisition: 'sampled' });
    expect(noisy.labels.voxels).toEqual(ct.labels.voxels);
  });

  it('refuses grids that are not whole, empty or too large', () => {
    for (const size of [0, 1.5, 2000]) expect(() => render(1, { size })).toThrowError(/phantom grid/);
    expect(() => render(0.5)).toThrowError(/whole number/);
    expect(() => render(1, { spacingMm: 0.01 })).toThrowError(/phantom grid/);
  });

  it('reports progress slice by slice', () => {
    const seen: number[] = [];
    render(1, { size: 16, onProgress: (done) => seen.push(done) });
    expect(seen).toEqual(Array.from({ length: 16 }, (_, i) => i + 1));
  });
});

describe('the labels', () => {
  it('are all there at 64³ of the trunk, but for the tiny ones and the other sex’s', () => {
    for (const seed of [2, 3]) {
      const trunk = render(seed, { size: 64, fov: 'trunk', findings: 'none' });
      const present = new Set(trunk.labels.voxels);
      for (const { id, name, tiny } of organLabels) {
        if (tiny || (name === 'prostate' && trunk.subject.sex === 'FEMALE')) continue;
        expect(present.has(id), `${name} of seed ${seed}`).toBe(true);
      }
      expect(present.size).toBeGreaterThan(90);
    }
  });

  it('lie on their sides: liver right, spleen left, every pair mirrored', () => {
    const centre = centres(ct);
    expect(centre.get(label('liver'))![0]).toBeLessThan(-20);
    expect(centre.get(label('spleen'))![0]).toBeGreaterThan(40);
    expect(centre.get(label('stomach'))![0]).toBeGreaterThan(0);
    expect(centre.get(label('gallbladder'))![0]).toBeLessThan(0);
    expect(centre.get(label('heart_ventricle_left'))![0]).toBeGreaterThan(15);
    for (const { name, id } of organLabels) {
      const c = centre.get(id);
      if (c === undefined) continue;
      if (/_right(_|$)/.test(name) && !name.startsWith('heart_')) expect(c[0], name).toBeLessThan(5);
      if (/_left(_|$)/.test(name) && !/heart_|brachiocephalic_vein/.test(name))
        expect(c[0], name).toBeGreaterThan(-5);
    }
  });

  it('stand in order from head to foot and front to back', () => {
    const centre = centres(ct);
    const z = (name: string) => centre.get(label(name))![2];
    const y = (name: string) => centre.get(label(name))![1];
    for (const [above, below] of [
      ['trachea', 'heart_myocardium'],
      ['heart_myocardium', 'liver'],
      ['liver', 'kidney_right'],
      ['vertebrae_T1', 'vertebrae_T12'],
      ['rib_left_1', 'rib_left_12'],
    ] as const) {
      expect(z(above), `${above} over ${below}`).toBeGreaterThan(z(below));
    }
    for (const [front, back] of [
      ['sternum', 'trachea'],
      ['trachea', 'esophagus'],
      ['esophagus', 'vertebrae_T5'],
      ['heart_ventricle_right', 'heart_atrium_left'],
    ] as const) {
      expect(y(front), `${front} before ${back}`).toBeLessThan(y(back));
    }
  });

  it('agree between 48³, 64³ and 96³ of one seed: Dice ≥ 0.85 wherever 48³ resolves the structure', () => {
    const small = render(3, { size: 48, findings: 'none' });
    const large = render(3, { size: 96, findings: 'none' });
    const resolved = resolvedLabels(small.labels);
    expect(resolved.size).toBeGreaterThanOrEqual(18);
    for (const other of [ct, large]) {
      const dice = diceAcrossGrids(other.labels, small.labels);
      for (const id of resolved) expect(dice.get(id), organLabels[id - 1]!.name).toBeGreaterThanOrEqual(0.85);
    }
  });
});

describe('the organs of ten subjects', () => {
  // Published ranges; sources in docs/phantom.md, the same as in bench/benches/phantom.ts.
  const ranges: readonly (readonly [names: string[], low: number, high: number])[] = [
    [['liver'], 825, 2400],
    [['spleen'], 81, 322],
    [['kidney_right'], 90, 245],
    [['kidney_left'], 90, 245],
    [['pancreas'], 35, 101],
    [['gallbladder'], 14, 60],
    [['heart_ventricle_left'], 56, 190],
  ];
  const subjects = Array.from({ length: 10 }, (_, i) =>
    render(20 + i, { size: [72, 56, 84], findings: 'none' }),
  );

  it('have volumes within published normal ranges', () => {
    for (const p of subjects) {
      const stats = labelStatistics(p.labels, p.volume.voxels);
      const sum = (list: readonly number[]) => list.reduce((s, id) => s + (stats.get(id)?.ml ?? 0), 0);
      for (const [names, low, high] of ranges) {
        expect(sum(ids(names)), `${names.join()} of seed ${p.seed}`).toBeGreaterThan(low);
        expect(sum(ids(names)), `${names.join()} of seed ${p.seed}`).toBeLessThan(high);
      }
      const lungs = sum(labelGroups['lung_right']!) + sum(labelGroups['lung_left']!);
      expect(lungs).toBeGreaterThan(2500);
      expect(lungs).toBeLessThan(7800);
      expect(sum(labelGroups['lung_right']!)).toBeGreaterThan(sum(labelGroups['lung_left']!));
      expect(sum(labelGroups['heart']!)).toBeGreaterThan(330);
      expect(sum(labelGroups['heart']!)).toBeLessThan(1000);
    }
  });

  it('have HU within published ranges in the portal phase', () => {
    const hu: readonly (readonly [string, number, number])[] = [
      ['liver', 90, 130],
      ['spleen', 95, 140],
      ['kidney_left', 120, 200],
      ['aorta', 110, 180],
      ['lung_upper_lobe_right', -880, -760],
      ['iliopsoas_left', 45, 75],
      ['trachea', -1000, -780],
    ];
    for (const p of subjects.slice(0, 5)) {
      const stats = labelStatistics(p.labels, p.volume.voxels);
      for (const [name, low, high] of hu) {
        const { mean } = stats.get(label(name))!;
        expect(mean, `${name} of seed ${p.seed}`).toBeGreaterThan(low);
        expect(mean, `${name} of seed ${p.seed}`).toBeLessThan(high);
      }
    }
  });

  it('differ from each other', () => {
    const livers = subjects.map((p) => labelStatistics(p.labels, p.volume.voxels).get(label('liver'))!.ml);
    expect(Math.max(...livers) / Math.min(...livers)).toBeGreaterThan(1.2);
  });
});

describe('the MR-like image', () => {
  it.each(['chest-abdomen', 'chest', 'abdomen'] as const)(
    'shares information with CT and is not monotone in HU: MI > 0.2, |rho| < 0.3 over the body of a %s scan',
    (fov) => {
      const scan = { size: 48, findings: 'none', fov } as const;
      const body = render(3, scan);
      for (const modality of ['mr-t1', 'mr-t2'] as const) {
        const mr = render(3, { ...scan, modality });
        const [a, b]: [number[], number[]] = [[], []];
        for (let i = 0; i < body.volume.voxels.length; i += 3) {
          // the air around the patient is dark in both and would say that they agree
          if (body.volume.voxels[i]! < -945) continue;
          a.push(body.volume.voxels[i]!);
          b.push(mr.volume.voxels[i]!);
        }
        expect(mutualInformation(a, b)).toBeGreaterThan(0.2);
        expect(Math.abs(correlation(a, b))).toBeLessThan(0.3);
        expect(mr.labels.voxels).toEqual(body.labels.voxels);
      }
    },
  );

  it('has fat brighter than muscle on T1, fluid brighter than both on T2, and dark bone and air', () => {
    const mean = (p: Phantom, name: string) =>
      labelStatistics(p.labels, p.volume.voxels).get(label(name))!.mean;
    const t2 = render(3, { size: 64, findings: 'none', modality: 'mr-t2' });
    const t1 = render(3, { size: 64, findings: 'none', modality: 'mr-t1' });
    expect(mean(t2, 'gallbladder')).toBeGreaterThan(1.5 * mean(t2, 'iliopsoas_left'));
    expect(mean(t1, 'gallbladder')).toBeLessThan(mean(t1, 'liver'));
    expect(mean(t1, 'trachea')).toBeLessThan(0.6 * mean(t1, 'liver'));
  });
});

describe('options', () => {
  it('randomise grey values and keep the shapes, unless deformation is asked for', () => {
    const random = render(3, { size: 64, findings: 'none', randomise: { contrast: true, texture: true } });
    expect(random.labels.voxels).toEqual(ct.labels.voxels);
    expect(correlation([...random.volume.voxels], [...ct.volume.voxels])).toBeLessThan(0.97);
    const warped = render(3, { size: 64, findings: 'none', randomise: true });
    expect(warped.labels.voxels).not.toEqual(ct.labels.voxels);
  });

  it('render 5 mm slices as means over their thickness', () => {
    const thin = render(3, { size: [48, 40, 120], findings: 'none' });
    const thick = render(3, { size: [48, 40, 120], findings: 'none', acquisition: { sliceMm: 12 } });
    const roughness = (p: Phantom) => {
      const plane = 48 * 40;
      let sum = 0;
      for (let i = plane; i < p.volume.voxels.length; i++)
        sum += Math.abs(p.volume.voxels[i]! - p.volume.voxels[i - plane]!);
      return sum;
    };
    expect(roughness(thick)).toBeLessThan(0.85 * roughness(thin));
  });

  it('supersample without moving the labels', () => {
    const fine = render(3, { size: 40, findings: 'none', supersample: 2 });
    const plain = render(3, { size: 40, findings: 'none' });
    expect(fine.labels.voxels).toEqual(plain.labels.voxels);
    expect(correlation([...fine.volume.voxels], [...plain.volume.voxels])).toBeGreaterThan(0.98);
  });

  it('name at least 30 shared landmarks and 200 in all, inside their structures', () => {
    expect(ct.landmarks.filter((l) => l.shared).length).toBeGreaterThanOrEqual(30);
    expect(ct.landmarks.length).toBeGreaterThanOrEqual(200);
    expect(new Set(ct.landmarks.map((l) => l.name)).size).toBe(ct.landmarks.length);
    expect(labelAtMm(ct, ct.landmarks.find((l) => l.name === 'kidney_left_centre')!.pointMm)).toBe(
      label('kidney_left'),
    );
    expect(labelAtMm(ct, ct.landmarks.find((l) => l.name === 'vertebra_T8_centre')!.pointMm)).toBe(
      label('vertebrae_T8'),
    );
  });

  it('take an X-ray of CT only', () => {
    const { display } = renderXray(ct, { view: 'AP', look: 'sampled' });
    expect(display.pixels.length).toBe(64 * 64);
    expect(() => renderXray(render(3, { size: 16, modality: 'mr-t1' }), { view: 'AP' })).toThrowError(
      /modality/,
    );
  });
});

describe('correspondences', () => {
  it('hold between subjects: the point with the same canonical coordinates has the same organ label', () => {
    const other = render(11, { size: 64, findings: 'none' });
    const shared = new Map(other.landmarks.map((l) => [l.name, l]));
    let [same, all] = [0, 0];
    for (const l of ct.landmarks) {
      const twin = shared.get(l.name);
      if (
        !l.shared ||
        twin === undefined ||
        !l.insideField ||
        !twin.insideField ||
        l.name.startsWith('airway')
      )
        continue;
      expect(twin.canonicalMm).toEqual(l.canonicalMm);
      if (!/centre$/.test(l.name)) continue;
      all++;
      if (labelAtMm(ct, l.pointMm) === labelAtMm(other, twin.pointMm)) same++;
    }
    expect(all).toBeGreaterThan(15);
    expect(same / all).toBeGreaterThan(0.9);
  });
});

function centres(p: Phantom): Map<number, [number, number, number]> {
  const sums = new Map<number, [number, number, number, number]>();
  const [nx, ny] = p.labels.size;
  p.labels.voxels.forEach((id, at) => {
    if (id === 0) return;
    const s = sums.get(id) ?? [0, 0, 0, 0];
    const index = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))];
    for (let k = 0; k < 3; k++) s[k]! += p.labels.affine[5 * k]! * index[k]! + p.labels.affine[4 * k + 3]!;
    s[3]++;
    sums.set(id, s);
  });
  return new Map([...sums].map(([id, s]) => [id, [s[0] / s[3], s[1] / s[3], s[2] / s[3]]]));
}

function labelAtMm(p: Phantom, mm: readonly number[]): number {
  const a = p.labels.affine;
  const [i, j, k] = [0, 1, 2].map((n) => Math.round((mm[n]! - a[4 * n + 3]!) / a[5 * n]!)) as [
    number,
    number,
    number,
  ];
  return p.labels.voxels[i + p.labels.size[0] * (j + p.labels.size[1] * k)]!;
}
