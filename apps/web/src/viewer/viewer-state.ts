// What of the viewer stands in the address: which series, window, layout, inversion, and the voxel under the crosshair.

export const layouts = ['mpr', 'axial', 'coronal', 'sagittal', '3d'] as const;
export type Layout = (typeof layouts)[number];
export type Voxel = readonly [number, number, number];

export interface ViewerState {
  readonly series: string | undefined;
  readonly window: string | undefined;
  readonly layout: Layout;
  readonly isInverted: boolean;
  /** Column, row, slice in the viewer's RAS order, counted from 0. */
  readonly at: Voxel | undefined;
}

export function parseViewer(params: URLSearchParams): ViewerState {
  const layout = layouts.find((name) => name === params.get('view'));
  return {
    series: params.get('series') ?? undefined,
    window: params.get('window') ?? undefined,
    layout: layout ?? 'mpr',
    isInverted: params.get('invert') === '1',
    at: parseVoxel(params.get('at')),
  };
}

/** Writes `change` into a copy of the address's parameters; what equals the default is left out. */
export function withViewer(params: URLSearchParams, change: Partial<ViewerState>): URLSearchParams {
  const next = new URLSearchParams(params);
  const put = (name: string, value: string | undefined) =>
    value === undefined ? next.delete(name) : next.set(name, value);
  if ('series' in change) put('series', change.series);
  if ('window' in change) put('window', change.window);
  if ('layout' in change) put('view', change.layout === 'mpr' ? undefined : change.layout);
  if ('isInverted' in change) put('invert', change.isInverted ? '1' : undefined);
  if ('at' in change) put('at', change.at?.join('-'));
  return next;
}

function parseVoxel(value: string | null): Voxel | undefined {
  const match = /^(\d{1,5})-(\d{1,5})-(\d{1,5})$/.exec(value ?? '');
  return match === null ? undefined : [Number(match[1]), Number(match[2]), Number(match[3])];
}
