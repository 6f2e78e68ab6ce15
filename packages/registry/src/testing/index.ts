// What tests of other rooms need of this one: a tiny base, adapters for it, a replay without a network.
export * from './fake-replay.js';
export * from './memory-blob-store.js';
export * from './sample-models.js';
