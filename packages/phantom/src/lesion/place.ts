// Turns structured findings into paints at definite places, and keeps the truth about each instance (canonical mm).
import type { Random } from '@tomograph/kernel';
import type { Paint } from '../body/scene.js';
import type { Subject } from '../body/subject.js';
import { distance, normalise, subtract, type Vec3 } from '../body/vector.js';
import type { BodyOptions } from '../build-body.js';
import type { AirwayTree } from '../lung/airway-tree.js';
import type { LungTerritory } from '../lung/territory.js';
import type { VesselPiece } from '../lung/vessel-tree.js';
import { abdominalFindings } from './abdominal.js';
import { devicePaints } from './device.js';
import type { Finding } from './finding.js';
import { lungFindings } from './lung-findings.js';
import {
  type LookAlike,
  type LymphNode,
  lookAlikePaints,
  nodePaints,
  sampleLookAlikes,
  sampleNodes,
} from './lymph-node.js';
import { type Nodule, nodulePaints, sampleNodule } from './nodule.js';
import { vascularFindings } from './vascular.js';

export interface PlacedInstance {
  /** Number in the instance volume, from 1. */
  readonly id: number;
  readonly kind:
    | 'nodule'
    | 'lymph_node'
    | 'liver_lesion'
    | 'liver_cyst'
    | 'renal_cyst'
    | 'gallstone'
    | 'kidney_stone';
  readonly centre: Vec3;
  /** Half-extent of the bounding box, canonical mm. */
  readonly reachMm: number;
  readonly nodule?: Nodule;
  readonly node?: LymphNode;
  readonly sizeMm: number;
  readonly lobe?: string;
  /** Follow-up only. */
  readonly change?: 'new' | 'grown' | 'stable' | 'vanished';
}

export interface Lesions {
  readonly paints: readonly Paint[];
  readonly instances: readonly PlacedInstance[];
  readonly lookAlikes: readonly LookAlike[];
}

export interface PlaceContext {
  readonly random: Random;
  readonly findings: readonly Finding[];
  readonly subject: Subject;
  readonly territory: LungTerritory;
  readonly airways: AirwayTree;
  readonly vessels: readonly VesselPiece[];
  readonly options: BodyOptions;
}

export function placeLesions(context: PlaceContext): Lesions {
  const { random, findings } = context;
  const paints: Paint[] = [];
  const instances: PlacedInstance[] = [];
  const keep = (instance: Omit<PlacedInstance, 'id'>, make: (id: number) => Paint[]) => {
    const id = instances.length + 1;
    instances.push({ id, ...instance });
    if (instance.change !== 'vanished') paints.push(...make(id));
  };
  placeNodules(context, keep);
  placeNodes(context, keep);
  const lookAlikes = sampleLookAlikes(random.fork('look-alikes'), 5);
  const l = random.fork('look-alike shapes');
  for (const one of lookAlikes) paints.push(...lookAlikePaints(one, l));
  for (const finding of findings) {
    const r = random.fork(`finding-${finding.name}`);
    paints.push(
      ...lungFindings(finding, context, r),
      ...vascularFindings(finding, context, r),
      ...devicePaints(finding, r),
    );
    abdominalFindings(finding, r, keep, paints);
  }
  return { paints, instances, lookAlikes };
}

export type Keep = (instance: Omit<PlacedInstance, 'id'>, make: (id: number) => Paint[]) => void;

function placeNodules(context: PlaceContext, keep: Keep): void {
  const { random, findings, subject, territory, vessels, options } = context;
  const emphysema = findings.some((f) => f.name === 'emphysema');
  const found = findings.filter((f) => f.name === 'lung_nodule');
  const fresh: Finding[] = Array.from({ length: options.newLesions ?? 0 }, (_, i) => ({
    name: 'lung_nodule',
    lobe: (['RUL', 'LLL', 'RLL', 'LUL', 'RML'] as const)[i % 5]!,
    severity: 1,
    sizeMm: 8,
    visibleOnXray: false,
  }));
  let index = 0;
  for (const [f, isNew] of [
    ...found.map((x) => [x, false] as const),
    ...fresh.map((x) => [x, true] as const),
  ]) {
    for (let i = 0; i < (f.count ?? 1); i++, index++) {
      const r = random.fork(`nodule-${isNew ? 'new-' : ''}${index}`);
      const base = Math.max(4, (f.sizeMm ?? 8) * (i === 0 ? 1 : r.uniform(0.4, 0.8)));
      const lobe = i === 0 ? f.lobe! : r.pick(['RUL', 'RML', 'RLL', 'LUL', 'LLL'] as const);
      const centre = territory.sample(lobe, 1, r.fork('place'), base / 2 + 3)[0];
      if (centre === undefined) continue;
      const nodule = sampleNodule(r.fork('look'), {
        diameterMm: base,
        lobe,
        emphysema,
        ageYears: subject.ageYears,
      });
      const growth = options.days === undefined || isNew ? 1 : 2 ** (options.days / nodule.doublingDays / 3);
      const diameterMm = Math.min(45, base * growth);
      const vanished =
        options.days !== undefined && !isNew && r.fork('fate').chance(options.vanishedShare ?? 0);
      const depth = territory.depth(centre).depthMm;
      keep(
        {
          kind: 'nodule',
          centre,
          reachMm: diameterMm * 0.58,
          sizeMm: diameterMm,
          lobe,
          nodule: { ...nodule, diameterMm },
          ...(options.days === undefined
            ? {}
            : { change: isNew ? 'new' : vanished ? 'vanished' : growth > 1.08 ? 'grown' : 'stable' }),
        },
        (id) => {
          const near = vessels
            .filter(
              (v) =>
                v.radius < 2.2 &&
                distance(v.from, centre) < 32 &&
                distance(v.from, centre) > diameterMm * 0.6,
            )
            .map((v) => v.from)
            .sort((a, b) => distance(a, centre) - distance(b, centre));
          const outward = normalise(subtract(centre, [centre[0] > 0 ? 60 : -60, -10, centre[2]]));
          const site = { centre, towardsPleura: outward, pleuraMm: depth, vessels: near };
          return nodulePaints({ ...nodule, diameterMm }, site, r.fork('paint'), id, 4 * (index % 20));
        },
      );
    }
  }
}

function placeNodes(context: PlaceContext, keep: Keep): void {
  const { random, findings } = context;
  const sick = findings.find((f) => f.name === 'lymphadenopathy');
  const oncologic = findings.some((f) => f.name === 'lung_nodule' && f.severity > 1);
  for (const node of sampleNodes(random.fork('nodes'), sick?.count ?? 0, sick?.sizeMm ?? 12, oncologic)) {
    keep(
      {
        kind: 'lymph_node',
        centre: node.centre,
        reachMm: node.longAxisMm / 2,
        sizeMm: node.shortAxisMm,
        node,
      },
      (id) => nodePaints(node, id),
    );
  }
}
