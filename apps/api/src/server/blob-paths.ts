// Where pictures, volumes and models' files are served. What is a patient's by what it shows (a series, an X-ray, a
// segmentation), never by its digest; what is a model's by the digest of its manifest, which every key may know.
export const seriesParts = ['volume', 'axial', 'coronal', 'sagittal', 'mip'] as const;
export const xrayParts = ['image', 'thumbnail'] as const;
export const segmentationParts = ['labels', 'dicom'] as const;
export type SeriesPart = (typeof seriesParts)[number];
export type XrayPart = (typeof xrayParts)[number];
export type SegmentationPart = (typeof segmentationParts)[number];

const files: Record<SeriesPart | XrayPart, string> = {
  volume: 'volume.nii.gz', // NiiVue chooses its reader by this ending
  axial: 'axial.webp',
  coronal: 'coronal.webp',
  sagittal: 'sagittal.webp',
  mip: 'mip.webp',
  image: 'image.png',
  thumbnail: 'thumbnail.webp',
};

/** Path below the API's own address. */
export function blobUrl(owner: 'series', id: string, part: SeriesPart): string;
export function blobUrl(owner: 'xrays', id: string, part: XrayPart): string;
export function blobUrl(owner: 'series' | 'xrays', id: string, part: SeriesPart | XrayPart): string {
  return `/v1/blobs/${owner}/${id}/${files[part]}`;
}

export function segmentationUrl(id: string, part: SegmentationPart): string {
  return `/v1/blobs/segmentations/${id}/${part === 'labels' ? 'labels.nii.gz' : 'segmentation.dcm'}`;
}

export const modelFiles = {
  adapters: ['adapter_model.safetensors', 'adapter_config.json', 'README.md'],
  manifests: ['manifest.json'],
  certificates: ['certificate.json'],
} as const;
export type ModelFileOwner = keyof typeof modelFiles;

/** @param digest of the manifest, or of the certificate */
export function modelFileUrl<O extends ModelFileOwner>(
  owner: O,
  digest: string,
  file: (typeof modelFiles)[O][number],
): string {
  return `/v1/blobs/${owner}/${digest.replace(/^sha256:/, '')}/${file}`;
}
