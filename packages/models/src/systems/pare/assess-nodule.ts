// A point in a scan -> probability of malignancy with its evidence, or a refusal. Bytes and numbers only: reading the
// scan, queues and records are the caller's.
import { probabilityOf } from './calibration.js';
import { axialDiameterMm } from './component.js';
import { evidence } from './evidence.js';
import { measureNames } from './measures.js';
import type { AssessmentWarning, NoduleAssessment } from './nodule-result.js';
import type { PareModel } from './pare-bundle.js';
import { type AttributeName, attributeNames } from './pare-config.js';
import { type Judgement, judge, look, type Runner } from './pare-member.js';
import { applyAffine, type CtVolume, type Vec3 } from './patch.js';
import { surroundings } from './surroundings.js';
import { type WholeMask, wholeMask } from './whole-mask.js';

const rimDense = measureNames.indexOf('rimDense');
/** Share of the rim that is denser than lung; 0.89 at most on nodules of the training. */
const leastLungRim = 0.95;

/** A model and one runner per network, in order. */
export interface LoadedPare {
  readonly model: PareModel;
  readonly runners: readonly Runner[];
}

/**
 * @param volume CT in HU
 * @param point LPS mm, within about 5 mm of the nodule
 * @returns refusals as data; throws only what the runners throw
 */
export async function assessNodule(
  { model, runners }: LoadedPare,
  volume: CtVolume,
  point: Vec3,
): Promise<NoduleAssessment> {
  const { config } = model;
  const before = surroundings(volume, point, config);
  if (before.refusal !== undefined) return { kind: 'REFUSED', ...before.refusal };
  const judgements: Judgement[] = [];
  for (const runner of runners)
    judgements.push(await judge(runner, volume, await look(runner, volume, point, config), config));
  const finders = judgements.filter(({ component }) => component !== undefined);
  if (finders.length > 0 && finders.every(({ measures }) => measures[rimDense]! > leastLungRim))
    return {
      kind: 'REFUSED',
      reason: 'OUTSIDE_LUNG',
      message: 'what lies at this point has next to no lung around it: bone, heart or chest wall',
    };
  const middle = finders[0]?.centre;
  const whole = middle && (await wholeMask(runners, volume, middle, config));
  if (middle === undefined || whole === undefined) {
    return {
      kind: 'REFUSED',
      reason: 'NO_NODULE_AT_POINT',
      message: 'nothing like a nodule lies within 5 mm of this point: point at its middle',
    };
  }
  const size = sizeOf(whole);
  const logits = finders.map(({ logit }) => logit);
  const { probability, interval } = probabilityOf(model.calibration, logits);
  const isThick = before.sliceMm >= 5;
  return {
    kind: 'ASSESSED',
    probability,
    interval: isThick ? widened(probability, interval) : interval,
    ...size,
    centre: applyAffine(whole.mask.affine, [...whole.component.middle].reverse() as unknown as Vec3),
    mask: whole.mask,
    attributes: attributesOf(finders),
    ...evidence(model, judgements),
    warnings: [
      ...before.warnings,
      ...resultWarnings(size.diameterMm, interval, finders.length, judgements.length),
    ],
  };
}

function sizeOf({ component, patch, spacingMm: [sz, sy, sx] }: WholeMask) {
  const { longestMm, shortestMm } = axialDiameterMm(component.mask, component.widest, patch, [sy, sx]);
  const volumeMm3 = component.voxels * sz * sy * sx;
  return {
    diameterMm: longestMm,
    shortDiameterMm: shortestMm,
    ballDiameterMm: Math.cbrt((6 * volumeMm3) / Math.PI),
    volumeMm3,
  };
}

/** Twice as wide on the scale of log-odds. */
function widened(probability: number, [low, high]: readonly [number, number]): [number, number] {
  const logit = (p: number): number => Math.log(p / (1 - p));
  const wider = (p: number): number => 1 / (1 + Math.exp(-(2 * logit(p) - logit(probability))));
  return [wider(low), wider(high)];
}

function attributesOf(judgements: readonly Judgement[]): Record<AttributeName, number> {
  return Object.fromEntries(
    attributeNames.map((name, i) => {
      const mean = judgements.reduce((sum, j) => sum + j.attributes[i]!, 0) / judgements.length;
      return [name, name === 'calcification' ? mean : 1 + 4 * mean];
    }),
  ) as Record<AttributeName, number>;
}

function resultWarnings(
  diameterMm: number,
  [low, high]: readonly [number, number],
  found: number,
  asked: number,
): AssessmentWarning[] {
  const warnings: AssessmentWarning[] = [];
  if (diameterMm < 4 || diameterMm > 30)
    warnings.push({
      code: 'SIZE_UNLIKE_TRAINING',
      message: `${diameterMm.toFixed(1)} mm lies outside the 4–30 mm of the training`,
    });
  if (high - low > 0.5)
    warnings.push({
      code: 'NETWORKS_DISAGREE',
      message: 'the interval is wider than 0.5: the networks disagree',
    });
  if (found < asked)
    warnings.push({ code: 'FOUND_BY_SOME', message: `${found} of ${asked} networks found a nodule here` });
  return warnings;
}
