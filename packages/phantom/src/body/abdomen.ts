// Abdominal and pelvic organs. Each is an implicit shape clipped to the peritoneal cavity where it touches its wall.
import type { Random } from '@tomograph/kernel';
import { label } from './labels.js';
import type { Paint } from './scene.js';
import { axes, blend, Capsule, custom, ellipsoid, type Shape } from './shapes.js';
import { type TissueName, tissue } from './tissue.js';
import { cavity, spineY } from './torso.js';
import { type Knot, tube } from './tube.js';
import type { Vec3 } from './vector.js';

/** Liver: a wedge under the right dome, its left lobe over the stomach, its underside rising to the left. */
export const liverShape: Shape = (() => {
  const right = ellipsoid([-70, -8, -168], [80, 92, 83]);
  const left = ellipsoid([6, -56, -150], [74, 40, 36], axes([0.96, -0.1, 0.24]));
  const both = blend(right, left, 26);
  return custom({ low: [-160, -115, -262], high: [82, 90, -86] }, 20, (x, y, z) => {
    // visceral face: from the right kidney and gallbladder up to the left lobe
    const face = (-232 + 0.62 * (x + 72) + 0.14 * (y + 10) - z) * 0.82;
    const d = both.signed(x, y, z);
    const h = Math.max(0, 18 - Math.abs(d - face)) / 18;
    return Math.max(d, face) + h * h * 4.5;
  });
})();

export const kidneyCentre = (side: number): Vec3 => (side < 0 ? [-60, 36, -228] : [60, 36, -214]);

/** Anchors of the abdomen, canonical mm: used as landmarks and for placing findings. */
export const abdomenAnchors = {
  gallbladder: [-46, -62, -214] as Vec3,
  spleen: [88, 36, -164] as Vec3,
  pancreasHead: [-28, -22, -238] as Vec3,
  portaHepatis: [-26, -18, -188] as Vec3,
  portalConfluence: [-10, -16, -218] as Vec3,
  pylorus: [-22, -52, -216] as Vec3,
  bladder: [0, -44, -438] as Vec3,
};

export function abdomen(random: Random, sex: 'FEMALE' | 'MALE'): Paint[] {
  return [
    ...bowel(random.fork('bowel')),
    ...solidOrgans(),
    ...kidneys(),
    ...stomachAndDuodenum(random.fork('stomach')),
    ...muscles(),
    ...pelvicOrgans(random.fork('pelvis'), sex === 'MALE'),
  ];
}

function organ(
  shape: Shape,
  kind: TissueName,
  name: string,
  order: number,
  clip: Paint['clip'] = 'abdomen',
): Paint {
  return { order, shape, tissue: tissue(kind), label: label(name), clip };
}

function solidOrgans(): Paint[] {
  const a = abdomenAnchors;
  const spleen = ellipsoid(a.spleen, [37.5, 56, 70], axes([0.86, -0.4, -0.2], [0.15, -0.35, 1]));
  const hollow = ellipsoid([50, -2, -158], [33, 44, 54]);
  const crescent = custom(spleen.box, 15, (x, y, z) =>
    Math.max(spleen.signed(x, y, z), -hollow.signed(x, y, z)),
  );
  const adrenal = (side: number): Paint[] => {
    const name = `adrenal_gland_${side < 0 ? 'right' : 'left'}`;
    const top: Vec3 = side < 0 ? [-31, 20, -172] : [31, 19, -172];
    return [
      [side * 8, 12, -16],
      [side * -1, 15, -18],
      [0, -2, 12],
    ].map(([x, y, z]) =>
      organ(new Capsule(top, [top[0] + x!, top[1] + y!, top[2] + z!], 4.6, 3.4), 'adrenal', name, 42),
    );
  };
  return [
    organ(crescent, 'spleen', 'spleen', 31),
    organ(liverShape, 'liver', 'liver', 40),
    {
      order: 41,
      shape: blend(
        ellipsoid(a.gallbladder, [15, 17, 25], axes([0.1, -0.5, -0.6])),
        ellipsoid([-38, -44, -204], [8, 9, 10]),
        10,
      ),
      tissue: tissue('bowel-wall'),
      label: label('gallbladder'),
      clip: 'abdomen',
      core: { deep: 1.5, tissue: tissue('bile') },
    },
    ...tube(
      [
        [-28, -22, -240, 16],
        [-14, -26, -226, 13.5],
        [4, -32, -212, 10.5],
        [34, -20, -202, 11.5],
        [60, 4, -192, 11.5],
        [80, 20, -182, 10],
      ],
      { order: 28, tissue: 'pancreas', label: 'pancreas', clip: 'abdomen', smooth: 6 },
    ),
    ...adrenal(-1),
    ...adrenal(1),
    ...tube(
      [
        [84, 20, -176, 4.5],
        [50, 6, -194, 4.8],
        [16, -16, -206, 5.2],
        [-10, -16, -218, 6.5],
        [-16, -16, -204, 7],
        [-26, -18, -188, 7],
      ],
      { order: 43, tissue: 'blood-portal', label: 'portal_vein_and_splenic_vein', vessel: 2 },
    ),
    ...tube(
      [
        [-10, -16, -218, 6],
        [-6, -22, -245, 5.5],
        [-2, -28, -285, 4.5],
      ],
      { order: 43, tissue: 'blood-portal', label: 'portal_vein_and_splenic_vein', vessel: 2 },
    ),
  ];
}

function kidneys(): Paint[] {
  return [-1, 1].flatMap((side): Paint[] => {
    const c = kidneyCentre(side);
    const name = `kidney_${side < 0 ? 'right' : 'left'}`;
    const frame = axes([side * -0.22, -0.1, 1], [side * 0.8, 0.6, 0]);
    const whole = ellipsoid(c, [57, 28, 30], frame);
    const notch: Vec3 = [c[0] - side * 27, c[1] - 14, c[2]];
    const sinus = ellipsoid(notch, [19, 19, 24]);
    const shape = custom(whole.box, 12, (x, y, z) => {
      const d = whole.signed(x, y, z);
      const s = 4 - sinus.signed(x, y, z);
      const h = Math.max(0, 10 - Math.abs(d - s)) / 10;
      return Math.max(d, s) + h * h * 2.5;
    });
    // pyramids: the core is medulla where a fan of sectors says so, cortex columns between
    const core = (x: number, _y: number, z: number) => {
      const angle = Math.atan2(z - c[2], (x - c[0]) * side);
      return tissue(Math.cos(angle * 9) > -0.35 ? 'kidney-medulla' : 'kidney-cortex');
    };
    const pelvis: Knot[] = [
      [c[0] - side * 12, c[1] - 8, c[2], 6],
      [c[0] - side * 26, c[1] - 12, c[2] - 4, 6],
      [c[0] - side * 31, c[1] - 16, c[2] - 24, 2.6],
      [c[0] - side * 31, c[1] - 22, c[2] - 80, 2.2],
      [side * 38, -2, -380, 2.2],
    ];
    const renal = (z: number, from: number): Knot[] => [
      [from, side < 0 ? 0 : -2, z, 3.2],
      [(c[0] + from) / 2, 14, c[2] + 2, 3],
      [c[0] - side * 22, c[1] - 10, c[2] + 2, 2.6],
    ];
    return [
      { order: 22, shape: whole, tissue: tissue('fat'), grow: 9, label: 0, clip: 'abdomen' },
      {
        order: 44,
        shape,
        tissue: tissue('kidney-cortex'),
        label: label(name),
        core: { deep: 7, tissue: core },
      },
      ...tube(pelvis, { order: 45, tissue: 'urine' }),
      ...tube(renal(-212, 4), { order: 46, tissue: 'blood-left', vessel: 1 }),
      ...tube(renal(-220, -20), { order: 46, tissue: 'blood-vein', vessel: 2 }),
    ];
  });
}

function stomachAndDuodenum(r: Random): Paint[] {
  const full = r.uniform(0.75, 1.1);
  const gasLevel = r.uniform(-58, -34);
  const filling = r.pick(['fluid', 'food'] as const);
  const contents = (_x: number, y: number) => tissue(y < gasLevel ? 'gas' : filling);
  const stomach: Knot[] = [
    [54, 14, -134, 24 * full],
    [58, 0, -156, 31 * full],
    [54, -34, -184, 26 * full],
    [36, -62, -206, 21 * full],
    [8, -66, -220, 16 * full],
    [-16, -56, -218, 10],
  ];
  const duodenum: Knot[] = [
    [-18, -54, -217, 11],
    [-40, -36, -214, 12],
    [-48, -18, -232, 12],
    [-46, -10, -262, 12],
    [-22, -8, -280, 11],
    [10, -16, -278, 11],
    [30, -18, -256, 11],
  ];
  const duodenal = (x: number, _y: number, z: number) =>
    tissue(Math.sin(x * 0.2 + z * 0.15) > 0.6 ? 'gas' : 'fluid');
  return [
    ...tube(duodenum, {
      order: 29,
      tissue: 'bowel-wall',
      label: 'duodenum',
      clip: 'abdomen',
      core: { deep: 3, tissue: duodenal },
    }),
    ...tube(stomach, {
      order: 30,
      tissue: 'bowel-wall',
      label: 'stomach',
      clip: 'abdomen',
      smooth: 10,
      core: { deep: 4, tissue: contents },
    }),
  ];
}

function bowel(r: Random): Paint[] {
  const colon: Knot[] = [
    [-92, -18, -345, 27],
    [-100, -6, -310, 24],
    [-102, 2, -270, 22],
    [-92, -20, -244, 21],
    [-62, -70, -258, 20],
    [-10, -84, -268, 19],
    [45, -80, -246, 19],
    [86, -38, -214, 19],
    [104, 6, -200, 19],
    [108, 18, -240, 17],
    [106, 16, -300, 16],
    [96, 0, -350, 15],
    [58, -8, -388, 15],
    [14, -14, -372, 15],
    [-8, 10, -392, 16],
    [0, 36, -420, 18],
    [0, 40, -455, 16],
  ];
  const level = r.normal(0, 8);
  // gas in front, stool behind; the filling changes along the colon
  const filling = (x: number, y: number, z: number) => {
    const ripple = Math.sin(x * 0.09 + z * 0.07 + level) * 9;
    return tissue(y + ripple < (z > -300 && Math.abs(x) < 80 ? -74 : -8) ? 'gas' : 'stool');
  };
  const paints = tube(colon, {
    order: 26,
    tissue: 'bowel-wall',
    label: 'colon',
    clip: 'abdomen',
    core: { deep: 2.5, tissue: filling },
  }).map((paint, i): Paint => {
    // haustra: the calibre swells and narrows along the way
    const capsule = paint.shape as Capsule;
    const swell = (k: number) => (k % 2 === 0 ? 1.1 : 0.82);
    return {
      ...paint,
      shape: new Capsule(capsule.a, capsule.b, capsule.ra * swell(i), capsule.rb * swell(i + 1)),
    };
  });
  // small bowel: loops through the middle of the abdomen
  const knots: Knot[] = [[30, -18, -256, 10]];
  let side = 1;
  for (let z = -268; z > -385; z -= 15) {
    for (const x of [-58, -20, 18, 56]) {
      knots.push([
        side * x + r.normal(0, 6),
        -34 + r.normal(0, 19),
        z + r.normal(0, 5),
        10.5 + r.normal(0, 1),
      ]);
    }
    side = -side;
  }
  knots.push([-80, -20, -340, 10]);
  const chyme = (x: number, y: number, z: number) => {
    const t = Math.sin(x * 0.13) + Math.sin(z * 0.11 + y * 0.05 + level);
    return tissue(t > 1.45 && y < -40 ? 'gas' : t > -0.7 ? 'fluid' : 'bowel-wall');
  };
  paints.push(
    ...tube(knots, {
      order: 24,
      tissue: 'bowel-wall',
      label: 'small_bowel',
      clip: 'abdomen',
      core: { deep: 2.5, tissue: chyme },
      steps: 3,
    }),
  );
  return paints;
}

function muscles(): Paint[] {
  return [-1, 1].flatMap((side): Paint[] => {
    const name = side < 0 ? 'right' : 'left';
    const psoas: Knot[] = [
      [side * 22, spineY(-190) - 2, -190, 7],
      [side * 34, spineY(-240), -240, 14],
      [side * 44, spineY(-300) - 2, -300, 20],
      [side * 58, 14, -360, 22],
      [side * 76, -14, -420, 20],
      [side * 92, -26, -480, 18],
    ];
    const back: Knot[] = [120, 80, 40, 0, -60, -120, -180, -240, -300, -360, -420].map((z): Knot => {
      const t = (120 - z) / 540;
      return [
        side * (20 + 12 * Math.min(1, t * 1.6)),
        spineY(z) + 38 + 4 * t,
        z,
        11.5 + 9 * Math.min(1, t * 1.7),
      ];
    });
    const quadratus: Knot[] = [
      [side * 52, 52, -200, 8],
      [side * 66, 48, -270, 12],
      [side * 76, 40, -335, 13],
    ];
    const crus: Knot[] = [
      [side * 14, 2, -150, 4],
      [side * 15, spineY(-185) - 14, -185, 5.5],
      [side * 12, spineY(-235) - 16, -240, 4],
    ];
    return [
      // over the bowel (24, 26): loops lie on the muscle, not in it
      ...tube(psoas, { order: 27, tissue: 'muscle', label: `iliopsoas_${name}` }),
      ...tube(back, { order: 58, tissue: 'muscle', label: `autochthon_${name}` }),
      ...tube(quadratus, { order: 20, tissue: 'muscle' }),
      ...tube(crus, { order: 21, tissue: 'muscle' }),
    ];
  });
}

function pelvicOrgans(r: Random, male: boolean): Paint[] {
  const full = r.uniform(0.8, 1.2);
  return [
    {
      order: 34,
      shape: ellipsoid(abdomenAnchors.bladder, [38 * full, 28 * full, 27 * full]),
      tissue: tissue('bowel-wall'),
      label: label('urinary_bladder'),
      core: { deep: 3.5, tissue: tissue('urine') },
    },
    ...(male
      ? [organ(ellipsoid([0, -32, -474], [22, 16, 18]), 'prostate', 'prostate', 33, 'none')]
      : [
          { order: 33, shape: ellipsoid([0, -12, -428], [26, 20, 30]), tissue: tissue('prostate'), label: 0 },
        ]),
  ];
}

/** How deep a point lies inside the abdominal wall (negative = inside); for placing findings. */
export const insideAbdomen = (p: Vec3): number => cavity.signed(p[0], p[1], p[2]);
