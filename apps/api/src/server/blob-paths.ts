// Where pictures and volumes are served: by what they show (a series, an X-ray), never by their digest.
export const seriesParts = ['volume', 'axial', 'coronal', 'sagittal', 'mip'] as const;
export const xrayParts = ['image', 'thumbnail'] as const;
export type SeriesPart = (typeof seriesParts)[number];
export type XrayPart = (typeof xrayParts)[number];

const extensions: Record<SeriesPart | XrayPart, string> = {
  volume: 'nii.gz', // NiiVue chooses its reader by this ending
  axial: 'webp',
  coronal: 'webp',
  sagittal: 'webp',
  mip: 'webp',
  image: 'png',
  thumbnail: 'webp',
};

/** Path below the API's own address. */
export function blobUrl(owner: 'series', id: string, part: SeriesPart): string;
export function blobUrl(owner: 'xrays', id: string, part: XrayPart): string;
export function blobUrl(owner: 'series' | 'xrays', id: string, part: SeriesPart | XrayPart): string {
  return `/v1/blobs/${owner}/${id}/${part}.${extensions[part]}`;
}
