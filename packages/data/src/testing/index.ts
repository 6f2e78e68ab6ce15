// For tests of every room: `@tomograph/data/testing`. Not part of the product.
export { type SampleOptions, sampleStudy } from './sample-study.js';
export { type TestDatabase, testDatabase } from './test-database.js';
