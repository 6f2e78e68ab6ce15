export * from './geometry/affine.js';
export * from './geometry/grid.js';
export * from './geometry/orientation.js';
export * from './geometry/reorient.js';
export * from './volume.js';
