// Bones: vertebrae, ribs and their cartilages, sternum, shoulder girdle, pelvis. Cortical shell, marrow inside.
import { label } from './labels.js';
import type { Paint } from './scene.js';
import { axes, Capsule, custom, drum, ellipsoid, flatBar, type Shape } from './shapes.js';
import { tissue } from './tissue.js';
import { cavity, spineY } from './torso.js';
import { tube } from './tube.js';
import { add, cross, mix, normalise, scale, smoothCurve, subtract, type Vec3 } from './vector.js';

/** Centre heights of the vertebral bodies, cranial to caudal. */
export const vertebraZ: readonly (readonly [name: string, z: number])[] = [
  ['C6', 104],
  ['C7', 88],
  ['T1', 70],
  ['T2', 51],
  ['T3', 31],
  ['T4', 11],
  ['T5', -10],
  ['T6', -32],
  ['T7', -54],
  ['T8', -77],
  ['T9', -100],
  ['T10', -124],
  ['T11', -149],
  ['T12', -175],
  ['L1', -203],
  ['L2', -233],
  ['L3', -264],
  ['L4', -296],
  ['L5', -328],
];

const bone = (shape: Shape, name: string | undefined, order: number, shellMm: number): Paint => ({
  order,
  shape,
  tissue: tissue('cortical'),
  ...(name === undefined ? {} : { label: label(name) }),
  core: { deep: shellMm, tissue: tissue('marrow') },
});

export function skeleton(): Paint[] {
  return [...spine(), ...ribCage(), ...sternumAndClavicles(), ...scapulae(), ...pelvis()];
}

function spine(): Paint[] {
  const paints: Paint[] = [];
  vertebraZ.forEach(([name, z], i) => {
    const next = vertebraZ[i + 1]?.[1] ?? z - 31;
    const height = (z - next) * 0.76;
    const t = i / (vertebraZ.length - 1);
    const rx = 13 + 11.5 * t;
    const ry = 10.5 + 6.5 * t;
    const tilt = (spineY(z + 12) - spineY(z - 12)) / 24;
    const up = normalise([0, tilt, 1]);
    const centre: Vec3 = [0, spineY(z), z];
    const at = (x: number, y: number, dz: number): Vec3 => add(add(centre, scale(up, dz)), [x, y, 0]);
    const vertebra = `vertebrae_${name}`;
    const body = drum(at(0, 0, -height / 2), at(0, 0, height / 2), rx, ry);
    paints.push(bone(body, vertebra, 80 + 2 * i, 1.3));
    // disc below
    paints.push({
      order: 79,
      shape: drum(
        at(0, 0, -height / 2 - (z - next) * 0.26),
        at(0, 0, -height / 2 + 0.5),
        rx * 0.97,
        ry * 0.97,
      ),
      tissue: tissue('disc'),
      label: 0,
    });
    const back = ry + 16;
    const arch: [Vec3, Vec3, number][] = [
      [at(-rx * 0.62, ry * 0.8, 3), at(-10, back - 5, 1), 4],
      [at(rx * 0.62, ry * 0.8, 3), at(10, back - 5, 1), 4],
      [at(-10, back - 5, 1), at(0, back + 1, -2), 3.4],
      [at(10, back - 5, 1), at(0, back + 1, -2), 3.4],
      [at(0, back + 1, -2), at(0, back + 24, -8 - 16 * Math.sin(Math.PI * Math.min(1, t * 1.3))), 3.2],
      [at(-11, back - 5, 2), at(-27 - 8 * t, back - 3 - 6 * t, 2), 3.6],
      [at(11, back - 5, 2), at(27 + 8 * t, back - 3 - 6 * t, 2), 3.6],
    ];
    for (const [a, b, r] of arch) paints.push(bone(new Capsule(a, b, r, r), vertebra, 80 + 2 * i, 1.2));
  });
  const canal = vertebraZ.map(([, z]): [number, number, number, number] => [
    0,
    spineY(z) + 21 + (104 - z) * 0.012,
    z,
    8.5,
  ]);
  canal.unshift([0, spineY(190) + 20, 190, 8.5], [0, spineY(150) + 20, 150, 8.5]);
  canal.push([0, spineY(-375) + 24, -375, 7]);
  paints.push(
    ...tube(canal, {
      order: 120,
      tissue: 'csf',
      label: 'spinal_cord',
      core: { deep: 3, tissue: (_x, _y, z) => tissue(z > -205 ? 'cord' : 'csf') },
      steps: 2,
    }),
  );
  return paints;
}

/** Rib i (1..12), right side has side = -1: from the vertebra round the chest to its cartilage, and on to the sternum. */
export function ribCurve(i: number, side: number): { bone: Vec3[]; cartilage: Vec3[] } {
  const z = vertebraZ[i + 1]![1] + 7;
  const drop = [0, 26, 42, 56, 68, 78, 88, 96, 98, 98, 92, 70, 46][i]!;
  const end = [0, 148, 150, 148, 146, 144, 141, 137, 128, 119, 109, 86, 60][i]!;
  const knots: Vec3[] = [
    [side * 17, spineY(z) + 7, z - 2],
    [side * 30, spineY(z) + 24, z],
  ];
  for (let angle = 24; angle <= end + 0.01; angle += (end - 24) / 8) {
    const t = (angle - 24) / 125;
    const h = z - 2 - drop * t ** 1.15;
    const lift = i === 1 ? 1 : 5.2;
    const [x, y] = cavity.point(angle, h, lift);
    knots.push([side * x, y, h]);
  }
  const tip = knots[knots.length - 1]!;
  const cartilage: Vec3[] = [];
  if (i <= 7) {
    const target: Vec3 = [side * 17, sternumY(35 - 21 * i), Math.max(-98, 44 - 21 * i)];
    const middle = mix(tip, target, 0.5);
    cartilage.push(tip, add(middle, [side * 4, -4, -5]), target);
  } else if (i <= 10) {
    const target: Vec3 = [
      side * (22 + 10 * (i - 7)),
      cavity.point(160 - 6 * (i - 7), -104 - 13 * (i - 7), 4)[1],
      -100 - 12 * (i - 7),
    ];
    cartilage.push(tip, add(mix(tip, target, 0.5), [0, -3, -4]), target);
  }
  return { bone: smoothCurve(knots, 3), cartilage: cartilage.length > 0 ? smoothCurve(cartilage, 4) : [] };
}

function ribCage(): Paint[] {
  const paints: Paint[] = [];
  for (const side of [-1, 1]) {
    for (let i = 1; i <= 12; i++) {
      const { bone: curve, cartilage } = ribCurve(i, side);
      const name = `rib_${side < 0 ? 'right' : 'left'}_${i}`;
      for (let k = 0; k + 1 < curve.length; k++) {
        const [a, b] = [curve[k]!, curve[k + 1]!];
        const along = normalise(subtract(b, a));
        const outward: Vec3 = normalise([a[0], (a[1] + 8) * 1.6, 0]);
        const normal = cross(cross(along, outward), along);
        const shape =
          k < 3 ? new Capsule(a, b, 4.4, 4.4) : flatBar(a, b, 6.2, 0.58, i === 1 ? [0, 0, 1] : normal);
        paints.push(bone(shape, name, 60 + i, 1.1));
      }
      for (let k = 0; k + 1 < cartilage.length; k++) {
        paints.push({
          order: 59,
          shape: new Capsule(cartilage[k]!, cartilage[k + 1]!, 5.2, 5.2),
          tissue: tissue('cartilage'),
          label: label('costal_cartilages'),
        });
      }
    }
  }
  return paints;
}

const sternumY = (z: number) => cavity.point(180, z, 9)[1];

function sternumAndClavicles(): Paint[] {
  const segment = (z0: number, z1: number, w: number): Paint => {
    const a: Vec3 = [0, sternumY(z0), z0];
    const b: Vec3 = [0, sternumY(z1), z1];
    return bone(drum(a, b, w, 5.5), 'sternum', 75, 1.1);
  };
  const paints = [
    segment(45, 4, 25),
    segment(6, -20, 15),
    segment(-18, -50, 17),
    segment(-48, -92, 16),
    segment(-90, -112, 8),
  ];
  for (const side of [-1, 1]) {
    paints.push(
      ...tube(
        [
          [side * 20, -72, 50, 9],
          [side * 55, -82, 62, 6.5],
          [side * 95, -56, 80, 6],
          [side * 138, -22, 92, 7],
        ],
        {
          order: 76,
          tissue: 'cortical',
          label: `clavicula_${side < 0 ? 'right' : 'left'}`,
          core: { deep: 1.6, tissue: tissue('marrow') },
        },
      ),
    );
  }
  return paints;
}

function scapulae(): Paint[] {
  const paints: Paint[] = [];
  for (const side of [-1, 1]) {
    const name = `scapula_${side < 0 ? 'right' : 'left'}`;
    // a 3 mm blade that follows the chest wall, cut to a triangle in (x, z)
    const blade = custom(
      { low: [side < 0 ? -168 : 62, 0, -75], high: [side < 0 ? -62 : 168, 105, 88] },
      1.6,
      (x, y, z) => {
        const u = side * x;
        const depth = Math.abs(cavity.signed(x, y, z) - 21 - 0.06 * (z + 60)) - 1.8;
        const medial = 70 + 0.1 * Math.abs(z) - u;
        const lateral = (u - (96 + 0.42 * (z + 62))) * 0.92;
        const cap = Math.max(z - 74, -68 - z);
        return Math.max(depth, medial, lateral, cap, 8 - y);
      },
    );
    paints.push(bone(blade, name, 77, 1.3));
    const spineBar: Vec3[] = [
      [side * 78, 88, 44],
      [side * 112, 86, 60],
      [side * 138, 52, 84],
      [side * 134, 34, 102],
    ];
    for (let i = 0; i + 1 < spineBar.length; i++) {
      paints.push(bone(new Capsule(spineBar[i]!, spineBar[i + 1]!, 5, 5.5), name, 77, 1.5));
    }
    paints.push(bone(ellipsoid([side * 129, 24, 64], [9, 11, 17]), name, 77, 1.5));
    paints.push(bone(new Capsule([side * 128, 22, 76], [side * 122, -28, 76], 6, 5), name, 77, 1.5));
    paints.push(...humerus(side));
  }
  return paints;
}

/**
 * Arms up: the head stands above and beside the glenoid, the shaft rises beside the neck inside the arm of torso.ts. Radius of
 * the head 23 mm, 7 mm medial of the shaft's axis (Robertson et al., J Bone Joint Surg Am 2000;82:1594-1602); below the
 * tubercles the bone narrows to a shaft 22 mm across.
 */
function humerus(side: number): Paint[] {
  const name = `humerus_${side < 0 ? 'right' : 'left'}`;
  const [tubercles, neck, shaft]: Vec3[] = [
    [side * 162, 9, 84],
    [side * 158, 2, 128],
    [side * 150, -10, 200],
  ] as const;
  return [
    bone(ellipsoid([side * 155, 12, 84], [23, 23, 23]), name, 78, 1.5),
    bone(new Capsule(tubercles!, neck!, 20, 13), name, 78, 2),
    bone(new Capsule(neck!, shaft!, 13, 11), name, 78, 3.5),
  ];
}

function pelvis(): Paint[] {
  const paints: Paint[] = [];
  const sacrum = drum([0, spineY(-345) + 2, -345], [0, spineY(-440) + 8, -440], 30, 11);
  paints.push(bone(sacrum, 'sacrum', 122, 1.5));
  for (const side of [-1, 1]) {
    const name = `hip_${side < 0 ? 'right' : 'left'}`;
    const wing = ellipsoid([side * 96, 26, -378], [64, 5.5, 62], axes([side * 0.82, -0.57, 0.06], [0, 0, 1]));
    paints.push(bone(wing, name, 123, 1.8));
    paints.push(bone(ellipsoid([side * 88, -4, -450], [30, 28, 30]), name, 123, 2));
    paints.push(bone(new Capsule([side * 72, -26, -458], [side * 8, -62, -474], 9, 9), name, 123, 2));
    const femur = `femur_${side < 0 ? 'right' : 'left'}`;
    paints.push(bone(ellipsoid([side * 94, -4, -456], [24, 24, 24]), femur, 124, 1.5));
    paints.push(bone(new Capsule([side * 100, -2, -460], [side * 132, 4, -500], 16, 17), femur, 124, 3));
  }
  return paints;
}
