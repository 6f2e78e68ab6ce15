// Series (volumes) and X-rays: facts about them and where their pictures are. Bytes are served by /v1/blobs.
import { blobUrl } from '../server/blob-paths.js';
import { builder } from './builder.js';
import { BodyPartEnum, ModalityEnum, XrayViewEnum } from './enums.js';
import type { SeriesRecord, XrayRecord } from './shapes.js';

export const ReadingNoteRef = builder.objectRef<{ code: string; message: string }>('ReadingNote').implement({
  description: 'Something the reader did or noticed that a radiologist should know.',
  fields: (t) => ({ code: t.exposeString('code'), message: t.exposeString('message') }),
});

const ThumbnailsRef = builder.objectRef<{ seriesId: string }>('Thumbnails').implement({
  fields: (t) => ({
    axial: t.string({ resolve: ({ seriesId }) => blobUrl('series', seriesId, 'axial') }),
    coronal: t.string({ resolve: ({ seriesId }) => blobUrl('series', seriesId, 'coronal') }),
    sagittal: t.string({ resolve: ({ seriesId }) => blobUrl('series', seriesId, 'sagittal') }),
    mip: t.string({ resolve: ({ seriesId }) => blobUrl('series', seriesId, 'mip') }),
  }),
});

export const SeriesRef = builder.objectRef<SeriesRecord>('Series');
export const XrayRef = builder.objectRef<XrayRecord>('Xray');

builder.node(SeriesRef, {
  id: { resolve: (series) => series.id },
  loadOne: (id, context) => context.loaders.series.load(id),
  fields: (t) => ({
    modality: t.field({ type: ModalityEnum, resolve: (series) => series.modality }),
    bodyPart: t.field({ type: BodyPartEnum, resolve: (series) => series.bodyPart }),
    size: t.intList({ description: 'Voxels along i, j, k.', resolve: (series) => [...series.size] }),
    spacingMm: t.floatList({ resolve: (series) => [...series.spacingMm] }),
    contentDigest: t.field({ type: 'Sha256', resolve: (series) => series.contentDigest }),
    volumeUrl: t.string({
      description: 'The volume as .nii.gz.',
      resolve: (series) => blobUrl('series', series.id, 'volume'),
    }),
    thumbnails: t.field({ type: ThumbnailsRef, resolve: (series) => ({ seriesId: series.id }) }),
    notes: t.field({ type: [ReadingNoteRef], resolve: (series) => [...series.notes] }),
  }),
});

builder.node(XrayRef, {
  id: { resolve: (xray) => xray.id },
  loadOne: (id, context) => context.loaders.xray.load(id),
  fields: (t) => ({
    view: t.field({ type: XrayViewEnum, resolve: (xray) => xray.view }),
    modality: t.field({ type: ModalityEnum, resolve: (xray) => xray.modality }),
    width: t.exposeInt('width'),
    height: t.exposeInt('height'),
    spacingMm: t.floatList({
      description: 'Empty when the image is not calibrated.',
      resolve: (xray) => [...xray.spacingMm],
    }),
    imageUrl: t.string({ resolve: (xray) => blobUrl('xrays', xray.id, 'image') }),
    thumbnailUrl: t.string({ resolve: (xray) => blobUrl('xrays', xray.id, 'thumbnail') }),
    notes: t.field({ type: [ReadingNoteRef], resolve: (xray) => [...xray.notes] }),
  }),
});
