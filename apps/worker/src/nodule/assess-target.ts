// One place in a scan -> an assessment: a point as it is; a box by looking from its middle outwards until a nodule whose
// middle lies inside it is found.
import type { NoduleTarget } from '@tomograph/kernel';
import { assessNodule, type CtVolume, type LoadedPare, type NoduleAssessment } from '@tomograph/models';

type Lps = readonly [number, number, number];
type Box = Extract<NoduleTarget, { kind: 'BOX' }>;

/** The model finds a nodule within 5 mm of a point; looks per box are capped. */
const pitchMm = 7;
const maxLooks = 27;

/** @throws what the networks throw; refusals are data */
export async function assessTarget(
  pare: LoadedPare,
  volume: CtVolume,
  target: NoduleTarget,
): Promise<NoduleAssessment> {
  if (target.kind === 'POINT') return assessNodule(pare, volume, target.point);
  let first: NoduleAssessment | undefined;
  for (const point of looksInto(target)) {
    const assessment = await assessNodule(pare, volume, point);
    if (assessment.kind === 'ASSESSED' && isInside(target, assessment.centre)) return assessment;
    first ??= assessment;
  }
  if (first?.kind === 'REFUSED') return first;
  return {
    kind: 'REFUSED',
    reason: 'NO_NODULE_AT_POINT',
    message:
      'what looks like a nodule near this box has its middle outside of it: draw the box round the nodule',
  };
}

/** Points inside a box, nearest to its middle first. */
export function looksInto({ low, high }: Box): Lps[] {
  const middle = low.map((value, axis) => (value + high[axis]!) / 2);
  const steps = low.map((value, axis) => Math.floor((high[axis]! - value) / 2 / pitchMm));
  const points: Lps[] = [];
  for (let z = -steps[2]!; z <= steps[2]!; z++)
    for (let y = -steps[1]!; y <= steps[1]!; y++)
      for (let x = -steps[0]!; x <= steps[0]!; x++)
        points.push([middle[0]! + x * pitchMm, middle[1]! + y * pitchMm, middle[2]! + z * pitchMm]);
  const away = (point: Lps): number => Math.hypot(...point.map((value, axis) => value - middle[axis]!));
  return points.sort((a, b) => away(a) - away(b)).slice(0, maxLooks);
}

const isInside = ({ low, high }: Box, point: Lps): boolean =>
  point.every((value, axis) => value >= low[axis]! && value <= high[axis]!);
