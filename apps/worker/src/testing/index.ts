// For tests of rooms above: a tiny base, cases for it and adapters made by hand.
export * from './ball-cases.js';
export * from './ball-series.js';
export * from './hand-made-adapter.js';
export * from './independent-safetensors.js';
export * from './tiny-base.js';
export * from './tiny-worker.js';
