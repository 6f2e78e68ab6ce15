// Heart, great vessels, oesophagus, thyroid, and the fat that wraps them. Pulmonary and hepatic trees are elsewhere.
import { label } from './labels.js';
import type { Paint } from './scene.js';
import { axes, blend, ellipsoid, type Shape } from './shapes.js';
import { type TissueName, tissue } from './tissue.js';
import { spineY } from './torso.js';
import { type Knot, tube } from './tube.js';
import { add, normalise, scale, type Vec3 } from './vector.js';

/** From base to apex: left, anterior, caudal. */
const longAxis = normalise([0.72, -0.46, -0.52]);
const heartFrame = axes(longAxis, [0, 0.3, 1]);
const heartCentre: Vec3 = [20, -46, -80];
const along = (mm: number): Vec3 => add(heartCentre, scale(longAxis, mm));

/** Named places of the heart, canonical mm: used as landmarks. */
export const heartLandmarks: Readonly<Record<string, Vec3>> = {
  heart_apex: along(68),
  aortic_valve: [4, -44, -50],
  mitral_valve: [26, -28, -76],
  atrium_left_centre: [6, -14, -61],
};

export function heart(pericardialEffusionMm: number): Paint[] {
  const whole: Shape = blend(
    blend(ellipsoid(heartCentre, [67, 43, 46], heartFrame), ellipsoid([-26, -48, -74], [28.5, 30.5, 37]), 22),
    ellipsoid([4, -16, -61], [40, 24, 33]),
    20,
  );
  const chamber = (shape: Shape, name: string, blood: TissueName, order: number): Paint => ({
    order,
    shape,
    tissue: tissue(blood),
    label: label(name),
  });
  const leftVentricle: Vec3 = [44, -44, -90];
  const fat = 3.5 + pericardialEffusionMm * 0.6;
  return [
    { order: 88, shape: whole, tissue: tissue('fat'), grow: fat + 1, label: 0, clip: 'chest' as const },
    ...(pericardialEffusionMm > 0
      ? [
          {
            order: 89,
            shape: whole,
            tissue: tissue('effusion'),
            grow: pericardialEffusionMm,
            label: 0,
            clip: 'chest' as const,
          },
        ]
      : []),
    { order: 90, shape: whole, tissue: tissue('myocardium'), label: label('heart_myocardium') },
    // fat of the atrioventricular groove, where the coronary arteries run
    {
      order: 91,
      shape: ellipsoid([6, -74, -68], [5, 9, 28], axes([0.4, 0.3, 0.86])),
      tissue: tissue('fat'),
      softMm: 3,
    },
    chamber(ellipsoid([4, -16, -61], [38, 22, 31]), 'heart_atrium_left', 'blood-left', 92),
    chamber(
      ellipsoid([38, -20, -36], [10, 16, 9], axes([0.4, -0.8, 0.2])),
      'atrial_appendage_left',
      'blood-left',
      92,
    ),
    chamber(ellipsoid([-26, -47, -74], [26.5, 28.5, 35]), 'heart_atrium_right', 'blood-right', 93),
    chamber(
      blend(
        ellipsoid([17, -70, -88], [49, 19.5, 33], axes([0.86, -0.28, -0.42])),
        ellipsoid([6, -70, -58], [15, 14, 22], axes([-0.1, 0.3, 0.9])),
        16,
      ),
      'heart_ventricle_right',
      'blood-right',
      94,
    ),
    {
      order: 95,
      shape: ellipsoid(leftVentricle, [49, 32, 32], heartFrame),
      tissue: tissue('myocardium'),
      label: label('heart_myocardium'),
    },
    chamber(
      ellipsoid(add(leftVentricle, scale(longAxis, -6)), [44, 25, 25.5], heartFrame),
      'heart_ventricle_left',
      'blood-left',
      96,
    ),
  ];
}

/** Course of the aorta from the valve to the bifurcation; radii of an adult (ascending 32, descending 25 mm across). */
export const aortaKnots: readonly Knot[] = [
  [10, -42, -56, 13.2],
  [-4, -48, -38, 15.5],
  [-13, -50, -12, 15],
  [-11, -44, 16, 14.6],
  [0, -28, 34, 13.6],
  [14, -8, 38, 13.2],
  [25, 12, 26, 12.7],
  [27, 25, 0, 12.2],
  [25, 29, -40, 11.8],
  [20, 28, -90, 11.3],
  [13, 22, -140, 10.8],
  [6, 10, -185, 10.3],
  [4, 0, -230, 9.4],
  [4, -4, -275, 8.5],
  [4, -5, -300, 8],
];

export const vesselCourses = {
  pulmonaryTrunk: [
    [12, -70, -52, 14],
    [16, -58, -34, 14.5],
    [19, -40, -18, 14.5],
    [22, -26, -12, 13],
  ],
  leftPulmonary: [
    [22, -28, -12, 12.5],
    [34, -8, -3, 12],
    [46, 8, -6, 10.5],
    [52, 14, -20, 9],
  ],
  rightPulmonary: [
    [18, -34, -16, 12.5],
    [-4, -26, -18, 11.5],
    [-26, -22, -22, 10.5],
    [-44, -14, -26, 9],
  ],
  svc: [
    [-24, -38, 44, 9],
    [-26, -38, 12, 9.5],
    [-27, -38, -20, 9.5],
    [-27, -42, -52, 10],
  ],
  ivc: [
    [-24, -34, -100, 12],
    [-25, -20, -122, 11],
    [-25, -2, -150, 11],
    [-22, 4, -190, 10.5],
    [-20, 2, -240, 10],
    [-19, 2, -300, 9.5],
  ],
  brachiocephalicVeinRight: [
    [-24, -38, 44, 8],
    [-34, -36, 68, 7.5],
    [-46, -30, 92, 7],
  ],
  brachiocephalicVeinLeft: [
    [-23, -42, 46, 7.5],
    [0, -54, 54, 7],
    [28, -50, 66, 7],
    [46, -36, 88, 7],
  ],
  brachiocephalicTrunk: [
    [-4, -34, 38, 6.5],
    [-12, -26, 60, 6.5],
    [-24, -16, 84, 6],
  ],
  carotidLeft: [
    [7, -20, 46, 4.2],
    [16, -18, 74, 4],
    [24, -12, 110, 3.8],
    [27, -12, 160, 3.6],
  ],
  carotidRight: [
    [-24, -16, 84, 4],
    [-27, -14, 112, 3.8],
    [-28, -13, 160, 3.6],
  ],
  subclavianLeft: [
    [17, -4, 44, 5],
    [26, 2, 72, 4.8],
    [44, -4, 94, 4.5],
    [88, -14, 92, 4.2],
  ],
  subclavianRight: [
    [-24, -16, 84, 4.6],
    [-46, -8, 96, 4.4],
    [-88, -14, 92, 4.2],
  ],
  azygos: [
    [-4, 26, -170, 2.6],
    [-6, 26, -80, 3.2],
    [-10, 26, 0, 4],
    [-20, 14, 14, 4.4],
    [-26, -14, 14, 4.6],
    [-26, -34, 10, 4.8],
  ],
  oesophagus: [
    [2, 16, 140, 7],
    [3, 17, 70, 7.5],
    [5, 17, 10, 7.5],
    [4, 18, -30, 7.5],
    [7, 15, -70, 7.5],
    [14, 10, -110, 8],
    [22, 0, -138, 8.5],
    [36, -6, -152, 9],
  ],
} as const satisfies Record<string, readonly Knot[]>;

export function greatVessels(
  mediastinalFatMm: number,
  dilation: { aorta: number; pulmonary: number; hernia: number },
): Paint[] {
  const widen = (knots: readonly Knot[], f: number): Knot[] => knots.map(([x, y, z, r]) => [x, y, z, r * f]);
  const c = vesselCourses;
  const aorta = widen(aortaKnots, dilation.aorta);
  const trunk = widen(c.pulmonaryTrunk, dilation.pulmonary);
  const left = widen(c.leftPulmonary, dilation.pulmonary);
  const right = widen(c.rightPulmonary, dilation.pulmonary);
  const blood = (
    knots: readonly Knot[],
    name: string,
    kind: TissueName,
    order: number,
    vessel: 1 | 2,
    wallMm = 0,
  ): Paint[] =>
    tube(knots, {
      order,
      tissue: wallMm > 0 ? 'vessel-wall' : kind,
      label: name,
      vessel,
      ...(wallMm > 0 ? { core: { deep: wallMm, tissue: tissue(kind) } } : {}),
    });
  const wrapped: readonly (readonly Knot[])[] = [
    aorta.filter((k) => k[2] > -150),
    trunk,
    left,
    right,
    c.svc,
    c.brachiocephalicVeinLeft,
    c.brachiocephalicVeinRight,
    c.brachiocephalicTrunk,
    c.carotidLeft,
    c.subclavianLeft,
    c.azygos,
    c.oesophagus.filter((k) => k[2] > -120),
    [
      [-26, -30, -96, 13],
      [-26, -20, -118, 12],
    ],
    ...spineWrap,
  ];
  return [
    ...wrapped
      .flatMap((knots) =>
        tube(knots, {
          order: 12,
          tissue: 'fat',
          grow: mediastinalFatMm,
          smooth: 12,
          clip: 'chest',
          steps: 2,
        }),
      )
      .map((paint): Paint => ({ ...paint, label: 0 })),
    ...oesophagus(dilation.hernia),
    ...blood(c.azygos, 'azygos_vein', 'blood-vein', 71, 2),
    ...blood(c.svc, 'superior_vena_cava', 'blood-vein', 72, 2),
    ...blood(c.brachiocephalicVeinRight, 'brachiocephalic_vein_right', 'blood-vein', 73, 2),
    ...blood(c.brachiocephalicVeinLeft, 'brachiocephalic_vein_left', 'blood-vein', 73, 2),
    ...blood(c.ivc, 'inferior_vena_cava', 'blood-right', 70, 2),
    ...blood(left, 'pulmonary_artery', 'blood-pulmonary-artery', 97, 1),
    ...blood(right, 'pulmonary_artery', 'blood-pulmonary-artery', 97, 1),
    ...blood(trunk, 'pulmonary_artery', 'blood-pulmonary-artery', 98, 1, 1),
    ...blood(c.brachiocephalicTrunk, 'brachiocephalic_trunk', 'blood-left', 99, 1),
    ...blood(c.carotidLeft, 'common_carotid_artery_left', 'blood-left', 99, 1),
    ...blood(c.carotidRight, 'common_carotid_artery_right', 'blood-left', 99, 1),
    ...blood(c.subclavianLeft, 'subclavian_artery_left', 'blood-left', 99, 1),
    ...blood(c.subclavianRight, 'subclavian_artery_right', 'blood-left', 99, 1),
    ...blood(aorta, 'aorta', 'blood-left', 100, 1, 1.4),
    ...iliac(),
    ...thyroid(),
  ];
}

/** Paravertebral soft tissue keeps the lungs off the vertebral bodies. */
const spineWrap: readonly (readonly Knot[])[] = [
  [90, 60, 30, 0, -30, -60, -90, -120, -150].map((z): Knot => [0, spineY(z), z, 13]),
];

function oesophagus(hernia: number): Paint[] {
  const lumen = (_x: number, y: number, z: number) => tissue(z > 30 && y < 16 ? 'gas' : 'bowel-wall');
  const paints = tube(vesselCourses.oesophagus, {
    order: 69,
    tissue: 'bowel-wall',
    label: 'esophagus',
    core: { deep: 4, tissue: lumen },
  });
  if (hernia > 0) {
    // part of the stomach above the diaphragm, behind the heart, with its gas on top
    const r = 14 + 16 * hernia;
    const centre: Vec3 = [18, 16, -122];
    const level = centre[1] - r * 0.25;
    paints.push(
      {
        order: 12,
        shape: ellipsoid(centre, [r, r * 0.85, r]),
        tissue: tissue('fat'),
        grow: 4,
        smooth: 12,
        label: 0,
      },
      {
        order: 69,
        shape: ellipsoid(centre, [r, r * 0.85, r]),
        tissue: tissue('bowel-wall'),
        label: label('stomach'),
        core: { deep: 3.5, tissue: (_x, y) => tissue(y < level ? 'gas' : 'fluid') },
      },
    );
  }
  return paints;
}

function iliac(): Paint[] {
  return [-1, 1].flatMap((side) => {
    const artery: Knot[] = [
      [4, -5, -300, 6],
      [side * 26, -2, -345, 5],
      [side * 52, -24, -400, 4.8],
      [side * 76, -58, -455, 4.5],
    ];
    const vein: Knot[] = artery.map(([x, y, z, r], i) =>
      i === 0 ? [-19, 2, -300, 7] : [x, y + 9, z - 4, r * 1.2],
    );
    return [
      ...tube(vein, { order: 70, tissue: 'blood-vein', vessel: 2 }).map((p): Paint => ({ ...p, label: 0 })),
      ...tube(artery, {
        order: 99,
        tissue: 'blood-left',
        label: `iliac_artery_${side < 0 ? 'right' : 'left'}`,
        vessel: 1,
      }),
    ];
  });
}

function thyroid(): Paint[] {
  const lobe = (side: number): Paint => ({
    order: 68,
    shape: ellipsoid([side * 18, -2, 106], [9, 10, 23], axes([0, 0.15, 1])),
    tissue: tissue('thyroid'),
    label: label('thyroid_gland'),
  });
  return [
    lobe(-1),
    lobe(1),
    {
      order: 68,
      shape: ellipsoid([0, -14, 98], [14, 4, 8]),
      tissue: tissue('thyroid'),
      label: label('thyroid_gland'),
    },
  ];
}
