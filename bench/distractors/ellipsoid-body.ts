// A seeded body of ellipsoids in CT numbers: something for an evaluation to be distracted by. Not anatomy.
import type { Volume } from '@tomograph/imaging';
import { Random } from '@tomograph/kernel';

interface Ellipsoid {
  /** mm from the middle of the body: left, posterior, superior. */
  readonly centre: readonly [number, number, number];
  readonly radii: readonly [number, number, number];
  readonly hu: number;
}

/** About 300 x 200 x 250–450 mm at 5 mm; chest, abdomen or both, by chance. LPS. */
export function ellipsoidBody(seed: number): Volume {
  const random = new Random(seed, 'ellipsoid-body');
  const half = [random.uniform(130, 200), random.uniform(85, 140)] as const;
  const height = random.uniform(220, 460);
  const middle = random.uniform(-120, 120); // where the scan lies: cranial = chest, caudal = abdomen
  const parts = organs(random, half);
  const size = [84, 62, Math.round(height / 5)] as const;
  const voxels = new Int16Array(size[0] * size[1] * size[2]).fill(-1000);
  const taper = random.uniform(0.0002, 0.001);
  for (let k = 0, at = 0; k < size[2]; k++) {
    const z = (k - (size[2] - 1) / 2) * 5 + middle;
    const width = 1 - taper * Math.abs(z) * 0.5;
    for (let j = 0; j < size[1]; j++) {
      const y = (j - (size[1] - 1) / 2) * 5;
      for (let i = 0; i < size[0]; i++, at++) {
        const x = (i - (size[0] - 1) / 2) * 5;
        const r = (x / half[0] / width) ** 2 + (y / half[1] / width) ** 2;
        if (r > 1) continue;
        voxels[at] = Math.round(tissueAt(parts, x, y, z, r > 0.82 ? -100 : 40));
      }
    }
  }
  return { size, affine: [5, 0, 0, -207.5, 0, 5, 0, -152.5, 0, 0, 5, -height / 2], voxels };
}

function organs(random: Random, half: readonly [number, number]): Ellipsoid[] {
  const near = (value: number, spread = 0.2) => value * random.uniform(1 - spread, 1 + spread);
  const lung = (side: number): Ellipsoid => ({
    centre: [side * near(half[0] * 0.45), near(-5, 2), near(110)],
    radii: [near(half[0] * 0.36), near(half[1] * 0.68), near(125)],
    hu: near(-820, 0.08),
  });
  const bones = Array.from(
    { length: 26 },
    (_, n): Ellipsoid => ({
      centre: [0, half[1] * 0.62, -330 + n * 26],
      radii: [near(20), near(18), near(10)],
      hu: near(350),
    }),
  );
  const pelvis = [-1, 1].map(
    (side): Ellipsoid => ({
      centre: [side * near(85), near(20), near(-230)],
      radii: [near(45), near(35), near(55)],
      hu: near(300),
    }),
  );
  const soft: Ellipsoid[] = [
    { centre: [near(20, 0.8), near(-20), near(85)], radii: [near(60), near(48), near(58)], hu: near(60) },
    { centre: [near(-70), near(-10), near(-15)], radii: [near(80), near(65), near(70)], hu: near(90) },
    {
      centre: [near(60), near(-40), near(-40)],
      radii: [near(40), near(30), near(40)],
      hu: random.chance(0.6) ? -700 : 30,
    },
    { centre: [near(5), near(-45), near(-130)], radii: [near(70), near(25), near(40)], hu: near(-300, 0.9) },
  ];
  return [lung(-1), lung(1), ...soft, ...pelvis, ...bones];
}

/** The last ellipsoid that holds the point wins: heart over lung, bone over all. */
function tissueAt(parts: readonly Ellipsoid[], x: number, y: number, z: number, tissue: number): number {
  let hu = tissue;
  for (const { centre, radii, hu: inside } of parts) {
    const [dx, dy, dz] = [(x - centre[0]) / radii[0], (y - centre[1]) / radii[1], (z - centre[2]) / radii[2]];
    if (dx * dx + dy * dy + dz * dz < 1) hu = inside;
  }
  return hu;
}
