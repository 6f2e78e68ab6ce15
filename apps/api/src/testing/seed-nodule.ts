// An assessed nodule in a seeded series, made up, with files of a few bytes.
import { type Database, type SavedBlob, saveNoduleAssessment } from '@tomograph/data';
import { sha256 } from '@tomograph/kernel';

/** A PNG of one grey pixel. */
export const onePixelPng =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGPYAAAAwgDBLnQ9gAAAAABJRU5ErkJggg==';

export async function seedNodule(
  database: Database,
  seriesId: string,
  blob: (what: string, mediaType: string) => Promise<SavedBlob>,
): Promise<string> {
  const [mask, seg, sr] = [
    await blob('nodule mask', 'application/gzip'),
    await blob('nodule seg', 'application/dicom'),
    await blob('nodule sr', 'application/dicom'),
  ];
  const { id } = await database.transaction((tx) =>
    saveNoduleAssessment(tx, database.blobs, {
      seriesId,
      key: sha256(`nodule ${seriesId}`),
      model: sha256('pare'),
      target: { kind: 'POINT', point: [1, 2, 3] },
      answer: {
        kind: 'ASSESSED',
        probability: 0.7,
        interval: [0.5, 0.8],
        diameterMm: 9,
        perpendicularMm: 6,
        shortDiameterMm: 5.5,
        ballDiameterMm: 7,
        volumeMm3: 180,
        centre: [1.5, 2.5, 3.5],
        attributes: { calcification: 0.1, spiculation: 4.2 },
        prototypes: [
          { member: 0, index: 9, outcome: 'MALIGNANT', weight: 0.6, example: 12 },
          { member: 0, index: 1, outcome: 'BENIGN', weight: 0.1, example: null },
        ],
        nearest: [
          { id: 12, outcome: 'MALIGNANT', distance: 0.4, diameterMm: 11 },
          { id: 40, outcome: 'BENIGN', distance: 0.6, diameterMm: 5 },
        ],
        examples: { 12: { outcome: 'MALIGNANT', diameterMm: 11 } },
        pictures: { 12: onePixelPng },
        warnings: [{ code: 'THICK_SLICES', message: 'slices of 5 mm' }],
      },
      mask,
      seg,
      sr,
    }),
  );
  return id;
}
