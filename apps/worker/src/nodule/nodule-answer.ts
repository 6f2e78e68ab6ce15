// An assessment as it is kept and told: plain JSON with pictures of the stored nodules that it names. The mask is apart: it
// becomes files (nodule-files.ts).
import { encodePng } from '@tomograph/imaging';
import type { AssessedNodule, NoduleAnswer } from '@tomograph/kernel';
import { type NoduleAssessment, type PareModel, thumbnailExtent } from '@tomograph/models';
import { axialDiameters } from './axial-diameter.js';

export async function noduleAnswer(
  assessment: NoduleAssessment,
  { stored }: Pick<PareModel, 'stored'>,
): Promise<NoduleAnswer> {
  if (assessment.kind === 'REFUSED') return assessment;
  const { embedding: _inside, mask, prototypes, nearest, interval, centre, ...plain } = assessment;
  const named = new Set([
    ...nearest.map(({ id }) => id),
    ...prototypes.flatMap(({ example }) => example ?? []),
  ]);
  const examples: AssessedNodule['examples'] = {};
  for (const { example } of prototypes) {
    const diameterMm = example === undefined ? undefined : stored.diametersMm[example];
    if (example === undefined || diameterMm === undefined) continue;
    examples[example] = { outcome: stored.malignant[example] === 1 ? 'MALIGNANT' : 'BENIGN', diameterMm };
  }
  const pictures: Record<string, string> = {};
  for (const id of named) {
    const pixels = stored.thumbnails[id];
    if (pixels !== undefined) pictures[id] = await pngOf(pixels);
  }
  return {
    ...plain,
    perpendicularMm: axialDiameters(mask).perpendicularMm,
    interval: [...interval],
    centre: [...centre],
    attributes: { ...plain.attributes },
    warnings: [...plain.warnings],
    prototypes: prototypes.map(({ example, ...rest }) => ({ ...rest, example: example ?? null })),
    nearest: nearest.map((each) => ({ ...each })),
    examples,
    pictures,
  };
}

async function pngOf(grey: Uint8Array): Promise<string> {
  const pixels = Float32Array.from(grey, (value) => value / 255);
  return Buffer.from(await encodePng({ width: thumbnailExtent, height: thumbnailExtent, pixels })).toString(
    'base64',
  );
}
