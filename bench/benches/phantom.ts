// The phantom held against its promises: speed, memory, agreement between sizes, organ norms, trees, nodules, prevalence,
// follow-up maps, and what an X-ray can and cannot show. Synthetic data only.
import {
  airwayMask,
  areaUnderRoc,
  correlation,
  countComponents,
  diceAcrossGrids,
  eulerNumber,
  type FindingName,
  fieldAt,
  findingNames,
  label,
  labelGroups,
  labelStatistics,
  linearProbe,
  mutualInformation,
  organLabels,
  type Phantom,
  prevalence,
  projectVolume,
  type RenderOptions,
  render,
  renderXray,
  resolvedLabels,
  treeCoverage,
} from '@tomograph/phantom';
import { type Bar, bar, type Evaluation, type EvaluationOptions, type Table } from '../evaluation.js';

interface Part {
  readonly bars: readonly Bar[];
  readonly tables?: readonly Table[];
}

export async function bench({ quick, log }: EvaluationOptions): Promise<Evaluation> {
  const parts: Part[] = [];
  const steps: readonly (readonly [string, (quick: boolean) => Part])[] = [
    ['speed and memory', speed],
    ['agreement between sizes', sizes],
    ['organ norms', norms],
    ['airways', airways],
    ['nodules and prevalence', cases],
    ['CT and MR', mr],
    ['follow-up', followUp],
    ['X-ray probe', probe],
  ];
  for (const [name, step] of steps) {
    const part = step(quick);
    parts.push(part);
    for (const b of part.bars)
      log(`${b.ok ? 'ok  ' : 'FAIL'} ${b.claim}: ${b.value.toPrecision(4)} (${b.bar})`);
    log(`${name} done`);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return {
    name: 'phantom',
    data: 'phantom, rendered here',
    seeds: Array.from({ length: quick ? 3 : 10 }, (_, i) => i + 1),
    bars: parts.flatMap((p) => p.bars),
    tables: parts.flatMap((p) => p.tables ?? []),
    remarks: [
      'Speed is CPU time of the one thread that renders; on an idle core wall time is the same. Wall time is in the table.',
      'Sizes: the bar is over structures that 48³ resolves (a fifth of the voxels have six neighbours of their own label).',
      'Airways: the 1 mm mask has blunt carinas (gaps of less than a voxel’s diagonal beside a fork are lumen); without that about one fork in fifty shows a pinhole.',
    ],
  };
}

const seedsOf = (quick: boolean, few: number, many: number) =>
  Array.from({ length: quick ? few : many }, (_, i) => i + 1);
const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

function speed(quick: boolean): Part {
  render(99, { size: 32 }); // compiled code is what is measured
  const rows: (string | number)[][] = [];
  const measured = [64, 96, 128].map((size) => {
    const runs = seedsOf(quick, 3, 7).map((seed) => {
      const [cpu, wall] = [process.cpuUsage(), performance.now()];
      render(seed, { size });
      const { user, system } = process.cpuUsage(cpu);
      return { cpu: (user + system) / 1e6, wall: (performance.now() - wall) / 1000 };
    });
    const [cpu, wall] = [median(runs.map((r) => r.cpu)), median(runs.map((r) => r.wall))];
    rows.push([`${size}³`, cpu, Math.max(...runs.map((r) => r.cpu)), wall]);
    return { cpu, n: runs.length };
  });
  const peakMb = process.resourceUsage().maxRSS / 1000;
  return {
    bars: [
      bar('64³ per subject on one thread, median CPU time', measured[0]!.cpu, '≤', 1, measured[0]!.n, 's'),
      bar('128³ per subject on one thread, median CPU time', measured[2]!.cpu, '≤', 8, measured[2]!.n, 's'),
      bar('peak memory of the process after 128³', peakMb, '≤', 600, 1, 'MB'),
    ],
    tables: [
      { title: 'Seconds per subject', columns: ['size', 'CPU median', 'CPU max', 'wall median'], rows },
    ],
  };
}

function sizes(quick: boolean): Part {
  const lowest = new Map<number, number>();
  const resolved = new Set<number>();
  const seeds = seedsOf(quick, 1, 4);
  for (const seed of seeds) {
    const [small, middle, large] = [48, 64, 96].map(
      (size) => render(seed, { size, findings: 'none' }).labels,
    );
    for (const id of resolvedLabels(small!)) resolved.add(id);
    for (const [a, b] of [
      [middle!, small!],
      [large!, middle!],
      [large!, small!],
    ] as const) {
      for (const [id, dice] of diceAcrossGrids(a, b)) lowest.set(id, Math.min(dice, lowest.get(id) ?? 1));
    }
  }
  const rows = organLabels
    .filter(({ id }) => lowest.has(id))
    .map(({ id, name }) => [name, lowest.get(id)!, resolved.has(id) ? 'resolved' : 'below the grid']);
  const worst = Math.min(...[...resolved].map((id) => lowest.get(id)!));
  return {
    bars: [
      bar(
        `lowest Dice of ${resolved.size} resolved structures between 48³, 64³, 96³`,
        worst,
        '≥',
        0.85,
        seeds.length * 3,
      ),
    ],
    tables: [{ title: 'Lowest Dice between sizes', columns: ['structure', 'Dice', 'at 48³'], rows }],
  };
}

/** ml, of adults of both sexes; the source of every line is in docs/phantom.md. */
const organRanges: readonly (readonly [name: string, low: number, high: number])[] = [
  ['liver', 825, 2400],
  ['spleen', 81, 322],
  ['kidney_right', 90, 245],
  ['kidney_left', 90, 245],
  ['pancreas', 35, 101],
  ['gallbladder', 14, 60],
  ['heart_ventricle_left', 56, 190],
];
const huRanges: readonly (readonly [name: string, low: number, high: number])[] = [
  ['liver', 90, 130],
  ['spleen', 95, 140],
  ['kidney_left', 120, 200],
  ['aorta', 110, 180],
  ['iliopsoas_left', 45, 75],
  ['lung_upper_lobe_right', -880, -760],
];

function norms(quick: boolean): Part {
  const seeds = seedsOf(quick, 6, 24).map((s) => s + 100);
  const values = new Map<string, number[]>();
  const keep = (name: string, value: number) => values.set(name, [...(values.get(name) ?? []), value]);
  let [inside, all, sides] = [0, 0, 0];
  for (const seed of seeds) {
    const p = render(seed, { size: [80, 62, 94], findings: 'none' });
    const stats = labelStatistics(p.labels, p.volume.voxels);
    const check = (name: string, value: number, low: number, high: number) => {
      keep(name, value);
      all++;
      if (value >= low && value <= high) inside++;
    };
    for (const [name, low, high] of organRanges)
      check(`${name}, ml`, stats.get(label(name))?.ml ?? 0, low, high);
    const sum = (group: string) => labelGroups[group]!.reduce((s, id) => s + (stats.get(id)?.ml ?? 0), 0);
    check('both lungs, ml', sum('lung_right') + sum('lung_left'), 2500, 7800);
    check('heart, ml', sum('heart'), 330, 1000);
    for (const [name, low, high] of huRanges)
      check(`${name}, HU portal`, stats.get(label(name))?.mean ?? 0, low, high);
    if (leftRight(p)) sides++;
  }
  const rows = [...values].map(([name, v]) => [name, median(v), Math.min(...v), Math.max(...v)]);
  return {
    bars: [
      bar('organ volumes and HU inside published ranges, share', inside / all, '≥', 0.98, all),
      bar(
        'subjects whose liver, spleen, heart and stomach lie on their sides, share',
        sides / seeds.length,
        '=',
        1,
        seeds.length,
      ),
    ],
    tables: [{ title: 'Organs over subjects', columns: ['organ', 'median', 'lowest', 'highest'], rows }],
  };
}

function leftRight(p: Phantom): boolean {
  const at = (name: string) => {
    const id = label(name);
    const [nx] = p.labels.size;
    let [sum, n] = [0, 0];
    p.labels.voxels.forEach((v, i) => {
      if (v !== id) return;
      sum += p.labels.affine[0]! * (i % nx) + p.labels.affine[3]!;
      n++;
    });
    return sum / n;
  };
  return (
    at('liver') < 0 &&
    at('gallbladder') < 0 &&
    at('spleen') > 0 &&
    at('stomach') > 0 &&
    at('heart_ventricle_left') > 0
  );
}

function airways(quick: boolean): Part {
  const seeds = seedsOf(quick, 2, 8);
  let [components, td, bd, graph, trees] = [0, 100, 100, 2, 0];
  const rows: (string | number)[][] = [];
  for (const seed of seeds) {
    const p = render(seed, { size: 96, fov: 'chest', findings: 'none' });
    const { airways: branches } = p.centrelines;
    const mask = Uint8Array.from(p.airways.voxels, (v) => (v > 0 ? 1 : 0));
    components = Math.max(components, countComponents(mask, p.airways.size));
    const coverage = treeCoverage(branches, mask, p.airways);
    [td, bd] = [Math.min(td, coverage.td), Math.min(bd, coverage.bd)];
    // one vertex per distinct end of a branch, one edge per branch: 1 for a tree, less with every loop
    const vertices = new Set(branches.flatMap((b) => [b.fromMm.join(), b.toMm.join()])).size;
    graph = Math.min(graph, vertices - branches.length);
    const grid = millimetres(p);
    const whole = airwayMask(branches, grid, 0.9);
    const [euler, pieces] = [eulerNumber(whole, grid.size), countComponents(whole, grid.size)];
    if (euler === 1 && pieces === 1) trees++;
    rows.push([seed, branches.length, Math.max(...branches.map((b) => b.generation)), euler]);
  }
  return {
    bars: [
      bar('components of the airway mask at 96³, most', components, '=', 1, seeds.length),
      bar('tree length detected by the truth itself, lowest, %', td, '≥', 99.5, seeds.length),
      bar('branches detected by the truth itself, lowest, %', bd, '≥', 99.5, seeds.length),
      bar('vertices minus edges of the branch graph', graph, '=', 1, seeds.length),
      bar(
        'subjects whose whole lumen at 1 mm is one piece with Euler number 1, share',
        trees / seeds.length,
        '=',
        1,
        seeds.length,
      ),
    ],
    tables: [
      {
        title: 'Airway trees',
        columns: ['seed', 'branches', 'last generation', 'Euler number of the whole 1 mm mask'],
        rows,
      },
    ],
  };
}

/** A grid of 1 mm over the field of view of a phantom. */
function millimetres(p: Phantom): Phantom['volume'] {
  const m = p.volume.affine as number[];
  const size = [0, 1, 2].map((k) => Math.ceil(p.volume.size[k]! * p.spacingMm[k]!));
  return {
    size: size as unknown as Phantom['volume']['size'],
    affine: [1, 0, 0, m[3]!, 0, 1, 0, m[7]!, 0, 0, 1, m[11]!] as unknown as Phantom['volume']['affine'],
    voxels: new Int16Array(0),
  };
}

function cases(quick: boolean): Part {
  const seeds = seedsOf(quick, 60, 240).map((s) => s + 5000);
  const nodule = {
    name: 'lung_nodule',
    lobe: 'RUL',
    side: 'right',
    sizeMm: 12,
    count: 3,
    severity: 2,
    visibleOnXray: true,
  } as const;
  const [scores, truth]: [number[], boolean[]] = [[], []];
  const seen = new Map<FindingName, number>();
  let normal = 0;
  let stray = 0;
  for (const seed of seeds) {
    const p = render(seed, { size: 8, findings: [{ ...nodule, sizeMm: 5 + (seed % 17) }] });
    for (const l of p.lesions) {
      if (l.nodule === undefined) continue;
      scores.push(l.nodule.probability);
      truth.push(l.nodule.malignant);
    }
    const sampled = render(seed, { size: 8 });
    if (sampled.findings.length === 0) normal++;
    for (const f of sampled.findings) seen.set(f.name, (seen.get(f.name) ?? 0) + 1);
  }
  const n = seeds.length;
  for (const name of findingNames) {
    const p = prevalence(name);
    const error = Math.sqrt((p * (1 - p)) / n);
    if (Math.abs((seen.get(name) ?? 0) / n - p) > 2 * error) stray++;
  }
  const auc = areaUnderRoc(scores, truth);
  return {
    bars: [
      bar('Bayes AUC of nodule malignancy, at least', auc, '≥', 0.85, truth.length),
      bar('Bayes AUC of nodule malignancy, at most', auc, '≤', 0.95, truth.length),
      bar('share of normal studies', normal / n, '≥', 0.4, n),
      bar(
        'findings whose prevalence is beyond 2 sd of its expectation (5 % of 27 expected)',
        stray,
        '≤',
        4,
        n,
      ),
    ],
  };
}

function mr(quick: boolean): Part {
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

function followUp(quick: boolean): Part {
  const seeds = seedsOf(quick, 2, 6);
  let [roundTrip, lowest, drr] = [0, Number.POSITIVE_INFINITY, 1];
  for (const seed of seeds) {
    const options: RenderOptions = { size: 64, fov: 'chest', findings: 'none' };
    const before = render(seed, options);
    const after = render(seed, { ...options, followUp: { breathingMm: 12 + 3 * seed, sliding: false } });
    const phi = after.phi!;
    lowest = Math.min(
      lowest,
      phi.determinant.reduce((m, v) => Math.min(m, v)),
    );
    const voxel = Math.max(...after.spacingMm);
    const a = after.volume.affine as number[];
    const warped = new Int16Array(before.volume.voxels.length).fill(-1000);
    const [nx, ny, nz] = after.volume.size;
    for (let at = 0; at < warped.length; at++) {
      const index = [at % nx, Math.floor(at / nx) % ny, Math.floor(at / (nx * ny))];
      const q = [0, 1, 2].map((k) => a[5 * k]! * index[k]! + a[4 * k + 3]!);
      const back = fieldAt(phi, phi.inverse, q);
      const p = [0, 1, 2].map((k) => q[k]! + back[k]!);
      const edge = index.some((v, k) => v < 6 || v > [nx, ny, nz][k]! - 7);
      if (!edge && at % 7 === 0) {
        const forth = fieldAt(phi, phi.forward, p);
        roundTrip = Math.max(
          roundTrip,
          Math.hypot(...[0, 1, 2].map((k) => p[k]! + forth[k]! - q[k]!)) / voxel,
        );
      }
      warped[at] = sampleLinear(before, p);
    }
    const project = (voxels: Int16Array) => {
      const { pixels, width, height } = projectVolume({ ...after.volume, voxels }, { view: 'AP' });
      return [...pixels].filter((_, i) => {
        const [x, y] = [i % width, Math.floor(i / width)];
        return x > 6 && x < width - 7 && y > 10 && y < height - 11;
      });
    };
    drr = Math.min(drr, correlation(project(warped), project(after.volume.voxels)));
  }
  return {
    bars: [
      bar('phi after its inverse, largest error, voxels', roundTrip, '≤', 0.1, seeds.length),
      bar('smallest determinant of phi', lowest, '≥', 0.05, seeds.length),
      bar(
        'DRR of the follow-up against projection of the warped baseline, lowest correlation',
        drr,
        '≥',
        0.99,
        seeds.length,
      ),
    ],
  };
}

function sampleLinear(p: Phantom, mm: readonly number[]): number {
  const { size, affine, voxels } = p.volume;
  const u = [0, 1, 2].map((k) => (mm[k]! - affine[4 * k + 3]!) / affine[5 * k]!);
  if (u.some((v, k) => v < 0 || v > size[k]! - 1.001)) return -1000;
  const [i, j, k] = u.map(Math.floor) as [number, number, number];
  let sum = 0;
  for (let c = 0; c < 8; c++) {
    const d = [c & 1, (c >> 1) & 1, c >> 2];
    const w = d.reduce((f, side, n) => f * (side ? u[n]! - [i, j, k][n]! : 1 - u[n]! + [i, j, k][n]!), 1);
    sum += w * voxels[i + d[0]! + size[0] * (j + d[1]! + size[1] * (k + d[2]!))]!;
  }
  return Math.round(sum);
}

/** Findings that a frontal film shows and such that it does not, each against healthy chests. */
function probe(quick: boolean): Part {
  const visible: readonly FindingName[] = ['pleural_effusion', 'cardiomegaly', 'consolidation'];
  const hidden: readonly FindingName[] = ['gallstones', 'liver_cyst', 'renal_cyst'];
  const n = quick ? 80 : 240;
  const film = (seed: number, findings: RenderOptions['findings']) => {
    const p = render(seed, { size: [40, 30, 40], fov: 'chest', findings: findings! });
    return [...renderXray(p, { view: 'AP', width: 20, height: 20 }).display.pixels];
  };
  // the same healthy films serve every finding: only the odd seeds differ
  const healthy = Array.from({ length: n / 2 }, (_, i) => film(9000 + 2 * i, 'none'));
  const rows = [...visible, ...hidden].map((name) => {
    const sick = Array.from({ length: n / 2 }, (_, i) =>
      film(9001 + 2 * i, [
        {
          name,
          severity: 3,
          side: name === 'pleural_effusion' ? 'bilateral' : 'right',
          lobe: 'RLL',
          sizeMm: 12,
          count: 2,
          visibleOnXray: true,
        },
      ]),
    );
    const features = healthy.flatMap((h, i) => [h, sick[i]!]);
    const truth = features.map((_, i) => i % 2 === 1);
    return { name, auc: areaUnderRoc(linearProbe(features, truth, 40), truth.slice(n / 2)) };
  });
  const of = (names: readonly FindingName[]) => rows.filter((r) => names.includes(r.name)).map((r) => r.auc);
  const noise = 1.64 / Math.sqrt(3 * (n / 4)); // one-sided 5 % of a useless score's AUC, n/2 unseen cases
  return {
    bars: [
      bar('linear probe on films, findings that show, lowest AUC', Math.min(...of(visible)), '≥', 0.7, n / 2),
      bar(
        'linear probe on films, findings that do not show, mean AUC',
        of(hidden).reduce((s, v) => s + v, 0) / hidden.length,
        '≤',
        0.5 + noise,
        n / 2,
      ),
    ],
    tables: [
      {
        title: 'AUC of a linear probe on 20 × 20 films',
        columns: ['finding', 'AUC'],
        rows: rows.map((r) => [r.name, r.auc]),
      },
    ],
  };
}
