export * from './blob-store.js';
export * from './store/blob-store-contract.js';
export * from './store/blob-store-from-url.js';
export * from './store/folder-blob-store.js';
