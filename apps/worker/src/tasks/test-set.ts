// A few held-out cases of a base or task on the base's grid, kept under the home folder so that later certificates can
// measure Dice on them again. They are patients' pixels: they stay on this machine and are in no registry, blob store
// or export. Where they are missing a certificate names them by their digest and says null.
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import {
  AppError,
  readTensorFile,
  type Sha256,
  type StoredTensor,
  sha256,
  writeTensorFile,
} from '@tomograph/kernel';
import type { CropCase, Extents } from '@tomograph/models';

/** More cases, and every later certificate takes longer. */
export const maxTestCases = 2;
const maxBytes = 1 << 30;

const fileOf = (home: string, manifest: Sha256): string =>
  join(home, 'test-sets', `${manifest.slice('sha256:'.length)}.safetensors.gz`);

export async function saveTestSet(home: string, manifest: Sha256, cases: readonly CropCase[]): Promise<void> {
  if (cases.length === 0) return;
  await putTestSet(home, manifest, encodeTestSet(cases.slice(0, maxTestCases)));
}

/** Bytes of encodeTestSet, such as those that come with the shipped base. */
export async function putTestSet(home: string, manifest: Sha256, bytes: Uint8Array): Promise<void> {
  const path = fileOf(home, manifest);
  await mkdir(join(home, 'test-sets'), { recursive: true, mode: 0o700 });
  const fresh = `${path}.${process.pid}`;
  await writeFile(fresh, bytes, { mode: 0o600 });
  await rename(fresh, path).catch(async (error: unknown) => {
    await rm(fresh, { force: true });
    throw error;
  });
}

export interface TestSet {
  readonly cases: readonly CropCase[];
  /** Of the file: how certificates name it. */
  readonly digest: Sha256;
}

/** @returns undefined where there is none on this machine */
export async function loadTestSet(home: string, manifest: Sha256): Promise<TestSet | undefined> {
  try {
    const bytes = await readFile(fileOf(home, manifest));
    return { cases: decodeTestSet(bytes), digest: sha256(bytes) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

export function encodeTestSet(cases: readonly CropCase[]): Uint8Array {
  const tensors = new Map<string, StoredTensor>();
  cases.forEach(({ size, image, labels }, at) => {
    const bytes = new Uint8Array(image.buffer, image.byteOffset, image.byteLength);
    tensors.set(`image.${at}`, { dtype: 'U8', shape: [...size, 2], data: bytes }); // int16, little-endian
    tensors.set(`labels.${at}`, { dtype: 'U8', shape: size, data: labels });
  });
  return gzipSync(writeTensorFile(tensors, { cases: String(cases.length) }), { level: 6 });
}

/** @throws AppError TENSOR_FILE_INVALID */
export function decodeTestSet(bytes: Uint8Array): CropCase[] {
  const { tensors, metadata } = readTensorFile(gunzipSync(bytes, { maxOutputLength: maxBytes }));
  return Array.from({ length: Number(metadata.cases) }, (_, at) => {
    const image = tensors.get(`image.${at}`);
    const labels = tensors.get(`labels.${at}`);
    if (image === undefined || labels === undefined) {
      throw new AppError('TENSOR_FILE_INVALID', {
        message: `the test set lacks case ${at}`,
        facts: { case: at },
      });
    }
    return {
      size: labels.shape as unknown as Extents,
      image: new Int16Array(new Uint8Array(image.data).buffer),
      labels: new Uint8Array(labels.data),
    };
  });
}
