// An assessment as it crosses the wire: plain JSON, the mask packed, the pictures of the nearest nodules beside them.
import type { NoduleAnswer } from '@tomograph/kernel';
import type { NoduleAssessment, NoduleMask, PareModel } from '@tomograph/models';

export function noduleAnswer(
  assessment: NoduleAssessment,
  { stored }: Pick<PareModel, 'stored'>,
): NoduleAnswer {
  if (assessment.kind === 'REFUSED') return assessment;
  const { embedding: _inside, mask, prototypes, nearest, interval, centre, ...plain } = assessment;
  return {
    ...plain,
    interval: [...interval],
    centre: [...centre],
    attributes: { ...plain.attributes },
    warnings: [...plain.warnings],
    mask: packedMask(mask),
    prototypes: prototypes.map(({ example, ...rest }) => ({ ...rest, example: example ?? null })),
    nearest: nearest.map((each) => ({
      ...each,
      thumbnail: Buffer.from(stored.thumbnails[each.id] ?? []).toString('base64'),
    })),
  };
}

function packedMask({
  size,
  affine,
  voxels,
}: NoduleMask): Extract<NoduleAnswer, { kind: 'ASSESSED' }>['mask'] {
  const bits = new Uint8Array(Math.ceil(voxels.length / 8));
  for (let n = 0; n < voxels.length; n++) if (voxels[n] === 1) bits[n >> 3]! |= 1 << (n & 7);
  return { size: [...size], affine: [...affine], bits: Buffer.from(bits).toString('base64') };
}
