// Names of the regions of a CT that have vectors of their own: cells in z, y, x order, from the feet up, front to back,
// right to left.

export const regionPart = (cell: number): string => `cell-${cell}`;
export const isRegionPart = (part: string | undefined): boolean => /^cell-\d+$/.test(part ?? '');
